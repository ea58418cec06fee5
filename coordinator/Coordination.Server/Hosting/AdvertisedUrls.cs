using System.Collections;
using System.Net;

namespace Coordination.Server;

/// <summary>
/// Where clients are told to find this member. A port that was left to the system is told as what it became once it is bound, so that an
/// embedded node can be found.
/// </summary>
internal sealed class AdvertisedUrls(IReadOnlyList<Uri> urls, IReadOnlyList<SharedPort> ports) : IReadOnlyList<string>
{
    /// <inheritdoc/>
    public int Count => urls.Count;

    /// <inheritdoc/>
    public string this[int index]
    {
        get
        {
            Uri url = urls[index];
            return url.Port != 0
                ? url.OriginalString
                : $"{url.Scheme}://{url.Host}:{((IPEndPoint)ports[Math.Min(index, ports.Count - 1)].Bound).Port}";
        }
    }

    /// <inheritdoc/>
    public IEnumerator<string> GetEnumerator() => Enumerable.Range(0, Count).Select(index => this[index]).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
