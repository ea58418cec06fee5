using System.Runtime.CompilerServices;
using System.Text;

namespace Coordination.Recipes;

/// <summary>
/// Which instances of which services there are. An instance is a key on a lease, holding JSON (docs/registry-layout.md), which everything
/// that can write a key can register. Reads show everything that was registered before them; watches show every change, in order, once. An
/// instance that dies is gone a time to live later, at most half a second and an election of the servers after it. Any thread.
/// </summary>
/// <example><code>
/// var registry = new ServiceRegistry(client.Root);
/// await using ServiceRegistration registration = await registry.RegisterAsync(
///     new ServiceInstance { Service = "orders", Id = "orders-1", Address = "10.0.0.7", Port = 8080 });
/// IReadOnlyList&lt;ServiceInstance&gt; instances = await registry.GetInstancesAsync("orders");
/// </code></example>
public sealed class ServiceRegistry
{
    /// <summary>What the keys of a registry begin with, unless it is told otherwise.</summary>
    public const string PrefixDefault = "services/";

    private readonly CoordinationNamespace _store;
    private readonly Key _prefix;

    /// <summary>The registry of a namespace. Nothing happens in the store.</summary>
    /// <param name="store">Where it is.</param>
    /// <param name="prefix">What its keys begin with.</param>
    public ServiceRegistry(CoordinationNamespace store, string prefix = PrefixDefault)
    {
        ArgumentNullException.ThrowIfNull(store);
        _store = store;
        _prefix = prefix;
    }

    /// <summary>
    /// Registers an instance, and keeps it registered until the registration is disposed of: when its lease is lost, it is registered anew
    /// as soon as a server can be reached. Replaces what is registered under that service and id: to give every instance an id of its own
    /// is the caller's business.
    /// </summary>
    /// <param name="instance">The instance.</param>
    /// <param name="options">How it is kept.</param>
    /// <param name="cancellationToken">Ends the wait; what was registered all the same vanishes with its lease.</param>
    /// <exception cref="ArgumentException">A name is empty or has a slash, a number is negative.</exception>
    /// <exception cref="UnavailableException">No server could do it in time.</exception>
    /// <exception cref="OutcomeUnknownException">Nobody knows whether it was done; it vanishes with its lease.</exception>
    public async Task<ServiceRegistration> RegisterAsync(
        ServiceInstance instance, RegistrationOptions? options = null, CancellationToken cancellationToken = default)
    {
        var key = KeyOf(instance);
        var registration = new ServiceRegistration(_store, key, instance, options ?? RegistrationOptions.Default);
        await registration.StartAsync(cancellationToken).ConfigureAwait(false);
        return registration;
    }

    /// <summary>
    /// Registers an instance on a lease that somebody else keeps alive, and leaves it at that: for instances without a process that could
    /// keep a registration. Replaces what is registered under that service and id.
    /// </summary>
    /// <param name="instance">The instance.</param>
    /// <param name="lease">The lease; <see cref="LeaseId.None"/> for an instance that stays until somebody deletes it.</param>
    /// <param name="cancellationToken">Ends the wait; it may be registered all the same.</param>
    /// <returns>The revision that made it.</returns>
    /// <exception cref="ArgumentException">A name is empty or has a slash, a number is negative.</exception>
    /// <exception cref="LeaseNotFoundException">The lease does not exist.</exception>
    /// <exception cref="UnavailableException">No server could do it in time.</exception>
    /// <exception cref="OutcomeUnknownException">Nobody knows whether it was done; doing it again does no harm.</exception>
    public async Task<long> RegisterForLeaseAsync(
        ServiceInstance instance, LeaseId lease, CancellationToken cancellationToken = default)
    {
        var put = await _store.KeyValues.PutAsync(
            KeyOf(instance), InstanceDocument.Write(instance), new PutOptions { Lease = lease }, cancellationToken).ConfigureAwait(false);
        return put.Revision;
    }

    /// <summary>
    /// Changes an instance, whoever registered it, and leaves it on its lease. One of a <see cref="ServiceRegistration"/> is overwritten
    /// when that has something new to say.
    /// </summary>
    /// <param name="service">The name of the service.</param>
    /// <param name="id">The instance.</param>
    /// <param name="change">
    /// Makes the new from the present instance; not service, id or lease. Called again when somebody else changes it at the same time.
    /// </param>
    /// <param name="cancellationToken">Ends the wait; it may be changed all the same.</param>
    /// <returns>The instance as it is now; null when there is none.</returns>
    /// <exception cref="UnavailableException">No server could do it in time.</exception>
    /// <exception cref="OutcomeUnknownException">Nobody knows whether it was done.</exception>
    public async Task<ServiceInstance?> UpdateAsync(
        string service, string id, Func<ServiceInstance, ServiceInstance> change, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(change);
        var key = KeyOf(service, id);
        while (true)
        {
            var read = await _store.KeyValues.GetAsync(key, cancellationToken: cancellationToken).ConfigureAwait(false);
            if (read.KeyValue is not { } before || Find(before) is not { } instance)
            {
                return null;
            }

            var wanted = change(instance);
            var text = InstanceDocument.Write(wanted);
            if (text == InstanceDocument.Write(instance))
            {
                return instance;
            }

            var written = await _store.KeyValues.When(Condition.ModRevision(key, Comparison.Equal, before.ModRevision))
                .Then(Operation.Put(key, text, new PutOptions { Lease = before.Lease }))
                .CommitAsync(cancellationToken).ConfigureAwait(false);
            if (written.Succeeded)
            {
                return wanted with { Service = service, Id = id, Lease = before.Lease, Revision = written.Revision };
            }
        }
    }

    /// <summary>
    /// Takes an instance out of the registry, whoever registered it. One of a <see cref="ServiceRegistration"/> comes back when that has
    /// something new to say.
    /// </summary>
    /// <param name="service">The name of the service.</param>
    /// <param name="id">The instance.</param>
    /// <param name="cancellationToken">Ends the wait; it may be gone all the same.</param>
    /// <returns>False when there was none.</returns>
    /// <exception cref="UnavailableException">No server could do it in time.</exception>
    /// <exception cref="OutcomeUnknownException">Nobody knows whether it was done; doing it again does no harm.</exception>
    public async Task<bool> DeregisterAsync(string service, string id, CancellationToken cancellationToken = default)
    {
        var deleted = await _store.KeyValues.DeleteAsync(KeyOf(service, id), cancellationToken: cancellationToken).ConfigureAwait(false);
        return deleted.Deleted > 0;
    }

    /// <summary>One instance, whatever its health; null when there is none.</summary>
    /// <param name="service">The name of the service.</param>
    /// <param name="id">The instance.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="UnavailableException">No server could serve in time.</exception>
    public async Task<ServiceInstance?> FindInstanceAsync(string service, string id, CancellationToken cancellationToken = default)
    {
        var read = await _store.KeyValues.GetAsync(KeyOf(service, id), cancellationToken: cancellationToken).ConfigureAwait(false);
        return read.KeyValue is { } key ? Find(key) : null;
    }

    /// <summary>The instances of a service, by id.</summary>
    /// <param name="service">The name of the service.</param>
    /// <param name="filter">Which of them; null for those that can be sent work.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="UnavailableException">No server could serve in time.</exception>
    public async Task<IReadOnlyList<ServiceInstance>> GetInstancesAsync(
        string service, InstanceFilter? filter = null, CancellationToken cancellationToken = default)
    {
        Check(service, nameof(service));
        filter ??= InstanceFilter.Usable;
        List<ServiceInstance> instances = [];
        var range = KeyRange.Prefix(_prefix.Append($"{service}/"));
        await foreach (var page in _store.KeyValues.GetPagesAsync(range, cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            instances.AddRange(page.KeyValues.Select(Find).OfType<ServiceInstance>().Where(filter.Matches));
        }

        return instances;
    }

    /// <summary>The services that have instances, whatever their health, with the number of them.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="UnavailableException">No server could serve in time.</exception>
    public async Task<IReadOnlyDictionary<string, int>> GetServicesAsync(CancellationToken cancellationToken = default)
    {
        SortedDictionary<string, int> services = new(StringComparer.Ordinal);
        var pages = _store.KeyValues.GetPagesAsync(
            KeyRange.Prefix(_prefix), new ReadOptions { KeysOnly = true }, cancellationToken: cancellationToken);
        await foreach (var page in pages.ConfigureAwait(false))
        {
            foreach (var key in page.KeyValues)
            {
                var name = Encoding.UTF8.GetString(key.Key.Bytes.Span[_prefix.Bytes.Length..]);
                if (name.Split('/') is [var service, _])
                {
                    services[service] = services.GetValueOrDefault(service) + 1;
                }
            }
        }

        return services;
    }

    /// <summary>
    /// Shows the instances of a service that are wanted, whole, first as they are and then whenever that changes. Never ends by itself, and
    /// goes on through broken connections and restarts.
    /// </summary>
    /// <param name="service">The name of the service.</param>
    /// <param name="filter">Which of them; null for those that can be sent work.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="UnavailableException">No server could be asked what there is to begin with.</exception>
    /// <exception cref="RequestRefusedException">The server does not allow it.</exception>
    public async IAsyncEnumerable<IReadOnlyList<ServiceInstance>> WatchAsync(
        string service, InstanceFilter? filter = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        SortedDictionary<string, ServiceInstance> instances = new(StringComparer.Ordinal);
        await foreach (var batch in WatchChangesAsync(service, filter, cancellationToken).ConfigureAwait(false))
        {
            foreach (var change in batch.Changes)
            {
                if (change.Kind == ServiceChangeKind.Removed)
                {
                    instances.Remove(change.Instance.Id);
                }
                else
                {
                    instances[change.Instance.Id] = change.Instance;
                }
            }

            yield return [.. instances.Values];
        }
    }

    /// <summary>
    /// Shows what changes: first all instances that are wanted, as one batch of additions, and then every change, those of one revision
    /// together. Never ends by itself, and goes on through broken connections and restarts without leaving a change out, unless they last
    /// until history is compacted: then one batch shows the difference.
    /// </summary>
    /// <param name="service">The name of the service; null for all services.</param>
    /// <param name="filter">Which instances; null for those that can be sent work.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="UnavailableException">No server could be asked what there is to begin with.</exception>
    /// <exception cref="RequestRefusedException">The server does not allow it.</exception>
    public async IAsyncEnumerable<ServiceChanges> WatchChangesAsync(
        string? service, InstanceFilter? filter = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        filter ??= InstanceFilter.Usable;
        var prefix = _prefix;
        if (service is not null)
        {
            Check(service, nameof(service));
            prefix = prefix.Append($"{service}/");
        }

        var isFirst = true;
        await foreach (var change in PrefixFeed.FollowAsync(_store, prefix, cancellationToken).ConfigureAwait(false))
        {
            ServiceChange[] changes = [.. change.Changes.Select(key => FindChange(key, filter)).OfType<ServiceChange>()];
            if (isFirst || changes.Length > 0)
            {
                isFirst = false;
                yield return new ServiceChanges(change.Revision, changes);
            }
        }
    }

    private static void Check(string name, string what)
    {
        if (string.IsNullOrEmpty(name) || name.Contains('/', StringComparison.Ordinal))
        {
            throw new ArgumentException($"'{name}' is empty or has a slash.", what);
        }
    }

    private Key KeyOf(ServiceInstance instance)
    {
        ArgumentNullException.ThrowIfNull(instance);
        ArgumentException.ThrowIfNullOrEmpty(instance.Address);
        ArgumentOutOfRangeException.ThrowIfNegative(instance.Port);
        ArgumentOutOfRangeException.ThrowIfNegative(instance.Weight);
        return KeyOf(instance.Service, instance.Id);
    }

    private Key KeyOf(string service, string id)
    {
        Check(service, nameof(service));
        Check(id, nameof(id));
        return _prefix.Append($"{service}/{id}");
    }

    private ServiceInstance? Find(KeyValue key) => InstanceDocument.Find(_prefix, key);

    private ServiceChange? FindChange(KeyChange change, InstanceFilter filter)
    {
        var before = change.Before is { } old && Find(old) is { } was && filter.Matches(was) ? was : null;
        var after = change.After is { } current && Find(current) is { } found ? found : null;
        return (before, after, after is not null && filter.Matches(after)) switch
        {
            (null, _, false) => null,
            (null, not null, true) => new ServiceChange(ServiceChangeKind.Added, after, null),
            (not null, not null, true) => new ServiceChange(ServiceChangeKind.Changed, after, before),
            (not null, _, _) => new ServiceChange(ServiceChangeKind.Removed, after ?? before, before),
            _ => null,
        };
    }
}
