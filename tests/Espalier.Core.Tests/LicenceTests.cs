using System.Text.Json;
using System.Xml.Linq;
using Espalier.Tests;

namespace Espalier.Core.Tests;

/// <summary>
/// Every package that is referred to, directly or by another, has a licence that may be distributed with, and docs/licences.md names it.
/// </summary>
public sealed class LicenceTests
{
    private const string Begin = "<!-- licences -->\n", End = "<!-- /licences -->";

    // These hold no text of their licence, only an address: license.txt of BitMiracle/libtiff.net is BSD with three clauses, LICENSE of
    // MiloszKrajewski/K4os.Compression.LZ4 is MIT.
    private static readonly Dictionary<string, string> WithoutText =
        new() { ["BitMiracle.LibTiff.NET"] = "BSD-3-Clause", ["K4os.Compression.LZ4"] = "MIT" };

    private static readonly string[] Allowed = ["MIT", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause"];

    /// <summary><c>ESPALIER_UPDATE=1</c> writes the page's table anew.</summary>
    [Fact]
    public void Every_package_has_a_licence_that_is_allowed_and_stands_in_the_docs()
    {
        var folder = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        Assert.SkipUnless(Directory.Exists(folder), "there is no package folder");
        var page = Repository.Text("docs", "licences.md");
        var (start, end) = (page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, page.IndexOf(End, StringComparison.Ordinal));
        var said = page[start..end].Split('\n').Skip(2).Select(row => row.Split('|', StringSplitOptions.TrimEntries))
            .Where(row => row.Length == 4).ToDictionary(row => row[1], row => row[2]);

        // A package of another system is not restored here: the page's word for it stands.
        var locks = Directory.EnumerateFiles(Repository.PathOf("src"), "packages.lock.json", SearchOption.AllDirectories);
        var found =
            (from package in locks.SelectMany(Packages).DistinctBy(package => package.Id)
             orderby package.Id.ToLowerInvariant()
             let licence = Find(folder, package.Id, package.Version) ?? said.GetValueOrDefault(package.Id, "not known")
             select (package.Id, Licence: licence)).ToList();

        Assert.NotEmpty(found);
        Assert.All(found, package => Assert.Contains(package.Licence, Allowed));
        var rows = found.Select(package => $"| {package.Id} | {package.Licence} |\n");
        var table = $"| package | licence |\n|---|---|\n{string.Concat(rows)}";
        if (Environment.GetEnvironmentVariable("ESPALIER_UPDATE") == "1")
            File.WriteAllText(Repository.PathOf("docs", "licences.md"), page[..start] + table + page[end..]);
        else Assert.Equal(page[start..end], table);
    }

    private static string? Find(string folder, string id, string version)
    {
        var place = Path.Combine(folder, id.ToLowerInvariant(), version.ToLowerInvariant());
        var description = Path.Combine(place, id.ToLowerInvariant() + ".nuspec");
        if (!File.Exists(description)) return null;
        var licence = XDocument.Load(description).Descendants().FirstOrDefault(element => element.Name.LocalName == "license");
        return licence?.Attribute("type")?.Value switch
        {
            "expression" => licence.Value.Trim(),
            "file" when File.ReadAllText(Path.Combine(place, licence.Value)).StartsWith("MIT License", StringComparison.Ordinal) => "MIT",
            _ => WithoutText.GetValueOrDefault(id, "not known"),
        };
    }

    private static IEnumerable<(string Id, string Version)> Packages(string path)
    {
        using var file = JsonDocument.Parse(File.ReadAllText(path));
        foreach (var framework in file.RootElement.GetProperty("dependencies").EnumerateObject())
        {
            foreach (var package in framework.Value.EnumerateObject())
            {
                if (package.Value.TryGetProperty("resolved", out var version)) yield return (package.Name, version.GetString()!);
            }
        }
    }
}
