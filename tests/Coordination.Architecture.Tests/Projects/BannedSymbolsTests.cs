namespace Coordination.Architecture.Tests;

public sealed class BannedSymbolsTests
{
    private const string RaftList = "coordinator/Coordination.Raft/BannedSymbols.txt";

    [Fact]
    public void Pure_projects_ban_clocks_tasks_randomness_and_io()
    {
        string[] existing = [.. BannedSymbols.PureProjects.Where(RepositoryTree.Exists)];

        Assert.NotEmpty(existing);
        Violations.AssertNone(
            from project in existing
            from violation in BannedSymbols.FindViolations(RepositoryTree.Read($"{project}/BannedSymbols.txt"))
            select violation);
    }

    [Fact]
    public void Pure_projects_do_not_switch_a_ban_off()
    {
        Violations.AssertNone(
            from file in RepositoryTree.Files
            where BannedSymbols.PureProjects.Any(project => file.Path.StartsWith($"{project}/", StringComparison.Ordinal))
            where file.Text.Contains("RS0030", StringComparison.Ordinal)
            select file.Path);
    }

    [Fact]
    public void A_list_with_a_missing_ban_is_found()
    {
        TextFile list = RepositoryTree.Read(RaftList);
        string shortened = string.Join('\n', list.Lines.Where(line => !line.StartsWith("T:System.Random;", StringComparison.Ordinal)));

        Assert.Equal(
            $"{RaftList}: does not ban T:System.Random.", Assert.Single(BannedSymbols.FindViolations(new TextFile(RaftList, shortened))));
    }

    [Fact]
    public void A_ban_without_an_alternative_is_found()
    {
        TextFile list = RepositoryTree.Read(RaftList);

        Assert.Contains(
            "what to do instead",
            Assert.Single(BannedSymbols.FindViolations(new TextFile(RaftList, $"{list.Text}T:System.Lazy`1\n"))),
            StringComparison.Ordinal);
    }
}
