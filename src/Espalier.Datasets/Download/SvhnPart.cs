using Espalier.Core;

namespace Espalier.Datasets.Download;

/// <summary>A file of SVHN, as its authors publish it.</summary>
/// <param name="Name">What it is called on command lines.</param>
/// <param name="FileName">The file's name.</param>
internal sealed record SvhnPart(string Name, string FileName)
{
    /// <summary>The SHA-256 of the authors' file, as Mindee's docTR (Apache-2.0, <c>doctr/datasets/svhn.py</c>) has it;
    /// null where it is not known.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Where the authors publish it (Netzer et al. 2011; for non-commercial use).</summary>
    public static Uri OfficialAddress { get; } = new("http://ufldl.stanford.edu/housenumbers/");

    /// <summary>All files: format 1 as archives, format 2 as MATLAB files.</summary>
    public static IReadOnlyList<SvhnPart> All { get; } =
    [
        new("train", "train.tar.gz") { Sha256 = "4b17bb33b6cd8f963493168f80143da956f28ec406cc12f8e5745a9f91a51898" },
        new("test", "test.tar.gz") { Sha256 = "57ac9ceb530e4aa85b55d991be8fc49c695b3d71c6f6a88afea86549efde7fb5" },
        new("extra", "extra.tar.gz"),
        new("train_32x32", "train_32x32.mat"), new("test_32x32", "test_32x32.mat"), new("extra_32x32", "extra_32x32.mat"),
    ];

    /// <summary>Whether it is an archive to be unpacked.</summary>
    public bool IsArchive => FileName.EndsWith(".tar.gz", StringComparison.Ordinal);

    /// <summary>A part by its name.</summary>
    /// <exception cref="OptionException">There is none of that name.</exception>
    public static SvhnPart Named(string name) =>
        All.FirstOrDefault(part => part.Name == name)
            ?? throw new OptionException($"A part is one of {string.Join(", ", All.Select(part => part.Name))}, not '{name}'.");
}
