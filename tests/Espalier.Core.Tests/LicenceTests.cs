using Espalier.Tests;
using System.Text.Json;
using System.Xml.Linq;

namespace Espalier.Core.Tests;

/// <summary>Every package that is referred to, directly or by another, has a licence that may be distributed with.</summary>
public sealed class LicenceTests
{
    private static readonly string[] Allowed = ["MIT", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause"];

    // Holds no text of its licence, only an address; license.txt of its repository (BitMiracle/libtiff.net) is BSD with three clauses.
    private const string WithoutText = "BitMiracle.LibTiff.NET";

    [Fact]
    public void Every_package_has_a_licence_that_is_allowed()
    {
        var root = Repository.Root;
        var folder = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        Assert.SkipUnless(Directory.Exists(folder), "there is no package folder");
        var packages = Directory.EnumerateFiles(Path.Combine(root, "src"), "packages.lock.json", SearchOption.AllDirectories).SelectMany(Packages).Distinct().ToList();

        Assert.NotEmpty(packages);
        Assert.Empty(packages.Select(package => Fault(folder, package.Id, package.Version)).OfType<string>());
    }

    private static string? Fault(string folder, string id, string version)
    {
        var place = Path.Combine(folder, id.ToLowerInvariant(), version.ToLowerInvariant());
        var description = Path.Combine(place, id.ToLowerInvariant() + ".nuspec");
        if (!File.Exists(description)) return null; // A package of another system, which is not restored here.
        var licence = XDocument.Load(description).Descendants().FirstOrDefault(element => element.Name.LocalName == "license");
        var isAllowed = licence?.Attribute("type")?.Value switch
        {
            "expression" => Allowed.Contains(licence.Value.Trim()),
            "file" => File.ReadAllText(Path.Combine(place, licence.Value.Trim())).StartsWith("MIT License", StringComparison.Ordinal),
            _ => id == WithoutText,
        };
        return isAllowed ? null : $"{id} {version}: {licence?.Value ?? "no licence"}";
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
