namespace Coordination.Proxy;

/// <summary>Makes the policy of a service of an entry, setting by setting: one that makes no sense is refused alone.</summary>
internal static class PolicyReader
{
    public static ServicePolicy Read(ServiceEntry entry, string service, string source, ICollection<Refusal> refusals)
    {
        var fields = new FieldReader($"service {service}", source, refusals);
        return new ServicePolicy
        {
            Expose = entry.Expose,
            Http = fields.Read<UpstreamProtocol>("http", entry.Http, "is neither '1.1' nor '2'", text => text switch
            {
                "1.1" => UpstreamProtocol.Http1,
                "2" => UpstreamProtocol.Http2,
                _ => null,
            }),
        };
    }
}
