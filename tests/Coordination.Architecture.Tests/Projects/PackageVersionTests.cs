namespace Coordination.Architecture.Tests;

public sealed class PackageVersionTests
{
    private static readonly TextFile NoSharedPackages = new("Directory.Build.props", "<Project />");

    [Fact]
    public void Every_package_version_is_central_exact_and_used()
    {
        // The rules that every project gets from the folder it lies in count as a project that uses packages.
        ProjectFile[] imported = [ProjectFile.Parse(RepositoryTree.Read("tests/Directory.Build.props"))];

        Violations.AssertNone(PackageVersions.FindViolations(
            RepositoryTree.Read("Directory.Packages.props"),
            RepositoryTree.Read("Directory.Build.props"),
            [.. ProjectFile.All, .. imported]));
    }

    [Theory]
    [InlineData("1.*")]
    [InlineData("[1.0.0,2.0.0)")]
    [InlineData("$(SomeVersion)")]
    [InlineData("1.0")]
    [InlineData("")]
    public void A_version_that_is_not_exact_is_found(string version)
    {
        Assert.Contains("not exact", Assert.Single(Check(version, """<PackageReference Include="Sample" />""")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""<PackageReference Include="Sample" Version="1.0.1" />""", "version of its own")]
    [InlineData("""<PackageReference Include="Sample" VersionOverride="1.0.1" />""", "version of its own")]
    [InlineData("""<PackageReference Include="Sample"><Version>1.0.1</Version></PackageReference>""", "version of its own")]
    [InlineData("""<PackageReference Include="Sample" /><PackageReference Include="Other" />""", "no version of Other")]
    [InlineData("", "nobody uses Sample")]
    public void A_reference_that_bypasses_the_central_file_is_found(string references, string complaint)
    {
        Assert.Contains(complaint, Assert.Single(Check("1.0.0", references)), StringComparison.Ordinal);
    }

    private static IReadOnlyList<string> Check(string version, string references)
    {
        var central = new TextFile(
            "Directory.Packages.props", $"""<Project><PackageVersion Include="Sample" Version="{version}" /></Project>""");
        var project = ProjectFile.Parse(new TextFile("sdk/Sample/Sample.csproj", $"<Project>{references}</Project>"));
        return PackageVersions.FindViolations(central, NoSharedPackages, [project]);
    }
}
