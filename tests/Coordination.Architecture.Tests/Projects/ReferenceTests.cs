namespace Coordination.Architecture.Tests;

public sealed class ReferenceTests
{
    [Fact]
    public void Every_project_references_only_what_the_table_allows()
    {
        Violations.AssertNone(ProjectFile.All.SelectMany(ReferenceCheck.FindViolations));
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        string solution = RepositoryTree.Read("Coordination.sln").Text.Replace('\\', '/');

        Assert.NotEmpty(ProjectFile.All);
        Assert.All(ProjectFile.All, project => Assert.Contains($"\"{project.Path}\"", solution, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_example_is_run_by_a_test_and_named_in_the_readme_of_the_examples()
    {
        string[] examples = [.. ProjectFile.All.Where(project => project.TopFolder == "examples").Select(project => project.Name)];
        ProjectFile tests = ProjectFile.All.Single(project => project.Name == "Coordination.Examples.Tests");
        string readme = RepositoryTree.Read("examples/README.md").Text;

        Assert.NotEmpty(examples);
        Assert.Empty(examples.Except(tests.Projects));
        Assert.All(examples, name => Assert.Contains($"[{name}]({name}/Program.cs)", readme, StringComparison.Ordinal));
    }

    [Fact]
    public void Indirect_references_are_switched_off_so_that_the_table_is_the_truth()
    {
        Assert.Contains(
            "<DisableTransitiveProjectReferences>true</DisableTransitiveProjectReferences>",
            RepositoryTree.Read("Directory.Build.props").Text,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("coordinator/Coordination.Raft/Coordination.Raft.csproj", "Project", "Coordination.Storage")]
    [InlineData("coordinator/Coordination.Raft/Coordination.Raft.csproj", "Package", "System.IO.Hashing")]
    [InlineData("coordinator/Coordination.StateMachine/Coordination.StateMachine.csproj", "Package", "RocksDB")]
    [InlineData("coordinator/Coordination.Storage/Coordination.Storage.csproj", "Project", "Coordination.Simulation")]
    [InlineData("coordinator/Coordination.Replication/Coordination.Replication.csproj", "Package", "Microsoft.Orleans.Core")]
    [InlineData("coordinator/Coordination.Server/Coordination.Server.csproj", "Project", "Coordination.Raft")]
    [InlineData("sdk/Coordination.Client/Coordination.Client.csproj", "Project", "Coordination.Replication")]
    [InlineData("recipes/Coordination.Recipes/Coordination.Recipes.csproj", "Project", "Coordination.Server")]
    [InlineData("proxy/Coordination.Proxy/Coordination.Proxy.csproj", "Project", "Coordination.StateMachine")]
    [InlineData("examples/Orders/Orders.csproj", "Project", "Coordination.Protocol")]
    [InlineData("tests/Coordination.Conformance.Tests/Coordination.Conformance.Tests.csproj", "Project", "Coordination.Server")]
    [InlineData("tests/Coordination.Raft.Tests/Coordination.Raft.Tests.csproj", "Project", "Coordination.Storage")]
    public void A_forbidden_reference_is_found(string path, string kind, string reference)
    {
        string include = kind == "Project" ? $"../{reference}/{reference}.csproj" : reference;
        var project = ProjectFile.Parse(
            new TextFile(path, $"""<Project><ItemGroup><{kind}Reference Include="{include}" /></ItemGroup></Project>"""));

        Assert.Contains(reference, Assert.Single(ReferenceCheck.FindViolations(project)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("coordinator/Coordination.Utilities/Coordination.Utilities.csproj", "does not know")]
    [InlineData("tests/Coordination.Utilities.Tests/Coordination.Utilities.Tests.csproj", "does not know")]
    [InlineData("sdk/Coordination.Raft/Coordination.Raft.csproj", "belongs in coordinator/")]
    public void An_unknown_or_misplaced_project_is_found(string path, string complaint)
    {
        var project = ProjectFile.Parse(new TextFile(path, "<Project />"));

        Assert.Contains(complaint, Assert.Single(ReferenceCheck.FindViolations(project)), StringComparison.Ordinal);
    }
}
