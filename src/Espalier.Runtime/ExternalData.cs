using Espalier.Core;

namespace Espalier.Runtime;

/// <summary>Weights that an ONNX file keeps in files beside it: which ones it names, and whether they may be read.</summary>
internal static class ExternalData
{
    /// <summary>Graphs within graphs are deeper nowhere.</summary>
    private const int MaximumDepth = 32;

    /// <summary>Which kinds of message hold tensors, and in which of their fields.</summary>
    private enum Kind
    {
        None,
        Model,
        Graph,
        Node,
        Attribute,
        SparseTensor,
        Function,
        Tensor,
    }

    /// <summary>The files that a model names for its weights, as it writes them.</summary>
    /// <param name="model">The file's content; where it is damaged, what comes before the damage counts.</param>
    public static IReadOnlySet<string> Locations(ReadOnlySpan<byte> model)
    {
        var locations = new SortedSet<string>(StringComparer.Ordinal);
        Gather(model, Kind.Model, locations, 0);
        return locations;
    }

    /// <summary>Makes sure that every file that a model names is there, and within the model's own folder.</summary>
    /// <param name="locations">What it names.</param>
    /// <param name="folder">The model's folder.</param>
    /// <param name="name">What messages call the model.</param>
    /// <exception cref="EspalierException">One is not.</exception>
    public static void Check(IReadOnlySet<string> locations, string folder, string name)
    {
        foreach (var location in locations)
        {
            var parts = location.Split('/', '\\');
            if (Path.IsPathRooted(location) || location.Contains(':', StringComparison.Ordinal)
                || parts.Any(part => part is "" or ".." or "."))
                throw new EspalierException($"{name} wants its weights from '{location}'; they must be in its own folder.");
            var path = folder;
            foreach (var part in parts)
            {
                path = Path.Combine(path, part);
                if (LeadsOutside(path, folder))
                    throw new EspalierException($"{name} wants its weights from '{location}', a link that leads out of its folder.");
            }

            if (!File.Exists(path))
                throw new EspalierException($"{name} keeps its weights in '{location}' beside it, and there is no such file.");
        }
    }

    /// <summary>Whether a path is a link to something that is not in a folder.</summary>
    private static bool LeadsOutside(string path, string folder)
    {
        try
        {
            var entry = new FileInfo(path);
            return entry.LinkTarget is not null && (entry.ResolveLinkTarget(returnFinalTarget: true) is not { } target
                || Path.GetRelativePath(folder, target.FullName).Split(Path.DirectorySeparatorChar)[0] == ".."
                || Path.IsPathRooted(Path.GetRelativePath(folder, target.FullName)));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    private static void Gather(ReadOnlySpan<byte> message, Kind kind, SortedSet<string> locations, int depth)
    {
        if (depth > MaximumDepth) return;
        if (kind == Kind.Tensor)
        {
            if (Location(message) is { } location) locations.Add(location);
            return;
        }

        for (var reader = new ProtobufReader(message); reader.Next();)
        {
            var inner = Inner(kind, reader.Field);
            if (inner != Kind.None) Gather(reader.Bytes, inner, locations, depth + 1);
        }
    }

    /// <summary>What a field of a message holds, by the numbers of ONNX's schema.</summary>
    private static Kind Inner(Kind kind, int field) => (kind, field) switch
    {
        (Kind.Model, 7) => Kind.Graph,
        (Kind.Model, 25) => Kind.Function,
        (Kind.Function, 7) => Kind.Node,
        (Kind.Graph, 1) => Kind.Node,
        (Kind.Graph, 5) => Kind.Tensor,
        (Kind.Graph, 15) => Kind.SparseTensor,
        (Kind.SparseTensor, 1 or 2) => Kind.Tensor,
        (Kind.Node, 5) => Kind.Attribute,
        (Kind.Attribute, 5 or 10) => Kind.Tensor,
        (Kind.Attribute, 6 or 11) => Kind.Graph,
        (Kind.Attribute, 22 or 23) => Kind.SparseTensor,
        _ => Kind.None,
    };

    /// <summary>Where a tensor's numbers are; null where they are in the file itself.</summary>
    private static string? Location(ReadOnlySpan<byte> tensor)
    {
        const int ExternalEntry = 13, DataLocation = 14;
        var (isExternal, location) = (false, "");
        for (var reader = new ProtobufReader(tensor); reader.Next();)
        {
            if (reader.Field == DataLocation) isExternal = reader.Number == 1;
            if (reader.Field == ExternalEntry && Entry(reader.Bytes) is ("location", var value)) location = value;
        }

        return isExternal ? location : null;
    }

    private static (string Key, string Value) Entry(ReadOnlySpan<byte> entry)
    {
        var (key, value) = ("", "");
        for (var reader = new ProtobufReader(entry); reader.Next();)
        {
            if (reader.Field == 1) key = reader.Text;
            if (reader.Field == 2) value = reader.Text;
        }

        return (key, value);
    }
}
