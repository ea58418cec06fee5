namespace Coordination.Proxy.Tests;

public sealed class StateFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("proxy-state-");

    private string FilePath => Path.Combine(_folder.FullName, "state");

    [Fact]
    public void What_was_written_is_read()
    {
        var instance = new ServiceInstance
        {
            Service = "orders",
            Id = "1",
            Address = "10.0.0.1",
            Port = 80,
            Tags = ["blue"],
            Metadata = new Dictionary<string, string> { ["proxy.path"] = "/x" },
            Zone = "west",
            Weight = 0,
            Version = "2",
            Status = HealthStatus.Warning,
            Note = "slow",
            IsDraining = true,
        };
        var document = new StoredDocument(7, """{ "routes": [] }""");
        new StateFile(FilePath).Write(RegistrySnapshot.Empty.WithInstances([instance]) with { Document = document });

        var read = new StateFile(FilePath).Find();

        Assert.Equal(document, read!.Document);
        Assert.Equivalent(instance, read.Services["orders"]["1"], strict: true);
        Assert.Equal(["state"], _folder.GetFiles().Select(file => file.Name));
    }

    [Fact]
    public void A_file_that_is_not_there_is_nothing() => Assert.Null(new StateFile(FilePath).Find());

    [Fact]
    public void Every_changed_or_missing_byte_is_noticed()
    {
        new StateFile(FilePath).Write(RegistrySnapshot.Empty.WithInstances([Sample.Instance("a", "1")]));
        var bytes = File.ReadAllBytes(FilePath);
        for (var i = 0; i < bytes.Length; i++)
        {
            byte[] changed = [.. bytes];
            changed[i] ^= 1;
            File.WriteAllBytes(FilePath, changed);
            Assert.Throws<InvalidDataException>(() => new StateFile(FilePath).Find());
            File.WriteAllBytes(FilePath, bytes[..i]);
            Assert.Throws<InvalidDataException>(() => new StateFile(FilePath).Find());
        }
    }

    [Fact]
    public void A_file_of_another_format_is_not_used()
    {
        File.WriteAllText(FilePath, "coordination-proxy-state 2 00\n{}");

        Assert.Throws<InvalidDataException>(() => new StateFile(FilePath).Find());
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
