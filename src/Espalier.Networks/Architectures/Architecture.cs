using System.Collections.Immutable;

namespace Espalier.Networks;

/// <summary>A network's table as YOLOv5's users write it: multiples, anchors and rows, not yet expanded into a
/// <see cref="Graph"/>.</summary>
/// <remarks>
/// The YAML keys: <c>nc</c> or <c>names</c> (classes), <c>depth_multiple</c>, <c>width_multiple</c>, <c>anchors</c> (lists, or how many a
/// level), <c>backbone</c>, <c>head</c>; and if wanted <c>ch</c> (the image's channels, 3), <c>channel_multiple</c> (8), <c>activation</c>
/// (SiLU, ReLU, Hardswish, LeakyReLU; SiLU) and <c>csp_activation</c> (after BottleneckCSP's joint normalization; LeakyReLU). A row is
/// <c>[from, repeats, module, arguments]</c>.
/// </remarks>
public sealed record Architecture
{
    /// <summary>What messages call it: the built-in name or the file's name.</summary>
    public required string Name { get; init; }

    /// <summary>How many classes the table names.</summary>
    public required int Classes { get; init; }

    /// <summary>The table's class names, or empty where it only counts them.</summary>
    public ImmutableArray<string> ClassNames { get; init; } = [];

    /// <summary>The image's channels.</summary>
    public int InputChannels { get; init; } = 3;

    /// <summary>Times a row's repeats.</summary>
    public required double DepthMultiple { get; init; }

    /// <summary>Times a row's channels, rounded up to a multiple of <see cref="ChannelMultiple"/>.</summary>
    public required double WidthMultiple { get; init; }

    /// <summary>What rows' channels are multiples of.</summary>
    /// <value>Default 8.</value>
    public int ChannelMultiple { get; init; } = 8;

    /// <summary>A level each, finest first: width, height, width, height … in pixels. Empty where they are only counted.</summary>
    public required ImmutableArray<ImmutableArray<float>> Anchors { get; init; }

    /// <summary>Anchors a level where the table only counts them (<c>anchors: 3</c>)
    /// and leaves it to training to fit them; else 0.</summary>
    public int CountedAnchors { get; init; }

    /// <summary>The activation in every Conv.</summary>
    public Activation Activation { get; init; } = ActivationKind.SiLU;

    /// <summary>The activation after BottleneckCSP's joint normalization.</summary>
    public Activation CspActivation { get; init; } = ActivationKind.LeakyReLU;

    /// <summary>Backbone and head, in order; the last is Detect.</summary>
    public required ImmutableArray<LayerRow> Rows { get; init; }

    /// <summary>How many of the rows are the backbone: what freezing the backbone freezes.</summary>
    public required int BackboneRows { get; init; }

    /// <summary>Whether the table's last row was Segment, which stands among <see cref="Rows"/> as Detect:
    /// boxes are learned, masks are not.</summary>
    public bool AsksForMasks { get; init; }

    /// <summary>A built-in architecture by name (<see cref="Architectures.Names"/>), or a user's YAML file.</summary>
    /// <exception cref="GraphException">Neither, or the file is not a table; the message says what and where.</exception>
    public static Architecture Load(string nameOrPath)
    {
        if (Architectures.Find(nameOrPath) is { } builtIn) return builtIn;
        if (File.Exists(nameOrPath)) return Parse(Path.GetFileName(nameOrPath), TableText.Read(nameOrPath));

        // Users of the original write --cfg yolov5s.yaml without having such a file at hand.
        if (Architectures.Find(Path.GetFileNameWithoutExtension(nameOrPath)) is { } named && IsYaml(nameOrPath)) return named;
        throw new GraphException(
            $"'{nameOrPath}' is neither a file nor a built-in architecture ({string.Join(", ", Architectures.Names)}).");
    }

    /// <summary>Reads a table from YAML text.</summary>
    /// <param name="name">What messages call it.</param>
    /// <param name="yaml">The text, at most a mebibyte.</param>
    /// <exception cref="GraphException">The text is not a table; the message says what and where.</exception>
    public static Architecture Parse(string name, string yaml)
        => new ArchitectureReader(name).Read(TableText.Parse(name, yaml));

    private static bool IsYaml(string path) => Path.GetExtension(path) is ".yaml" or ".yml";
}
