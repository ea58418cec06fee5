namespace Coordination.Architecture.Tests;

public sealed class MarkdownTests
{
    [Fact]
    public void Every_link_and_path_in_the_documents_leads_somewhere()
    {
        TextFile[] documents = [.. RepositoryTree.Files.Where(file => file.HasExtension(".md"))];

        Assert.Contains(documents, document => document.Path == "README.md");
        Assert.Contains(documents, document => document.Path == "docs/architecture.md");
        Violations.AssertNone(documents.SelectMany(document => MarkdownDocument.FindBrokenReferences(document, ReadFromRepository)));
    }

    [Fact]
    public void Every_document_is_reached_from_the_readme()
    {
        HashSet<string> reached = [];
        Queue<string> pending = new(["README.md"]);
        while (pending.TryDequeue(out string? path))
        {
            if (reached.Add(path) && path.EndsWith(".md", StringComparison.Ordinal))
            {
                MarkdownDocument.FindBrokenReferences(RepositoryTree.Read(path), target =>
                {
                    pending.Enqueue(File.Exists(Path.Combine(RepositoryTree.Root, target)) ? target : path);
                    return ReadFromRepository(target);
                });
            }
        }

        Violations.AssertNone(
            from path in RepositoryTree.Paths.Except(reached)
            where path.StartsWith("docs/", StringComparison.Ordinal)
            select $"{path}: no chain of links leads here from README.md.");
    }

    [Theory]
    [InlineData("See [the log](missing.md).", "missing.md")]
    [InlineData("See [the log](../docs/other.md#no-such-place).", "#no-such-place")]
    [InlineData("See [the log](#no-such-place).", "#no-such-place")]
    [InlineData("Look into `coordinator/Coordination.Missing/Wal`.", "coordinator/Coordination.Missing/Wal")]
    [InlineData("Run `dotnet run --project tests/Missing -- --seed 1`.", "tests/Missing")]
    [InlineData("Run `./missing.sh`.", "missing.sh")]
    [InlineData("```\n./missing.sh --fast\n```", "missing.sh")]
    [InlineData("Patches are `tests/missing/NN-name.patch`.", "tests/missing")]
    public void A_broken_reference_is_found(string text, string named)
    {
        Assert.Contains(named, Assert.Single(Check(text)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("See [the log](other.md), [a part](other.md#one-place), [here](#title) or [elsewhere](https://example.org/x.md).")]
    [InlineData("Look into `docs/`, `docs/other.md`, `docs/*.md`, `docs/NN-name.md` and `./run.sh`, not `System.IO/x` or `[a](b.md)`.")]
    public void A_sound_reference_is_accepted(string text)
    {
        Assert.Empty(Check(text));
    }

    private static IReadOnlyList<string> Check(string text) =>
        MarkdownDocument.FindBrokenReferences(new TextFile("docs/sample.md", $"# Title\n{text}\n"), path => path switch
        {
            "docs" => string.Empty,
            "docs/sample.md" => "# Title\n",
            "docs/other.md" => "# Other\n## One place\n",
            "run.sh" => "#!/bin/sh\n",
            _ => null,
        });

    private static string? ReadFromRepository(string path)
    {
        string absolute = Path.Combine(RepositoryTree.Root, path);
        return File.Exists(absolute) ? File.ReadAllText(absolute) : Directory.Exists(absolute) ? string.Empty : null;
    }
}
