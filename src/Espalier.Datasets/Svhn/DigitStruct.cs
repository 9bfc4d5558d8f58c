using Espalier.Datasets.Hdf5;

namespace Espalier.Datasets.Svhn;

/// <summary>
/// Reads SVHN's <c>digitStruct.mat</c> (format 1, Netzer et al. 2011): a MATLAB 7.3 file whose struct array <c>digitStruct</c>
/// has a <c>name</c> and a <c>bbox</c> for each photo; <c>bbox</c> has <c>height</c>, <c>left</c>, <c>top</c>, <c>width</c> and
/// <c>label</c>, each one number for a photo with one digit and references to one number a digit otherwise.
/// </summary>
internal static class DigitStruct
{
    private const int MaximumPhotos = 10_000_000;
    private const int MaximumNameLength = 1024;
    private const int MaximumVariables = 4096;
    private const int MaximumFields = 64;

    /// <summary>More digits than this in one photo are taken for damage; SVHN has at most 6.</summary>
    private const int MaximumBoxes = 1024;

    /// <summary>Reads the whole file, photo by photo in its order.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="Hdf5Exception">
    /// The file is not there, not HDF5, truncated, lacks <c>digitStruct</c>, refers outside itself, or is damaged otherwise.
    /// </exception>
    public static IReadOnlyList<DigitStructEntry> Read(string path, CancellationToken cancellationToken = default)
    {
        using var file = Hdf5File.Open(path);
        return Read(file, cancellationToken);
    }

    /// <inheritdoc cref="Read(string, CancellationToken)"/>
    /// <param name="stream">The file's bytes; can seek; is disposed.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public static IReadOnlyList<DigitStructEntry> Read(Stream stream, string name, CancellationToken cancellationToken = default)
    {
        using var file = Hdf5File.Open(stream, name);
        return Read(file, cancellationToken);
    }

    private static DigitStructEntry[] Read(Hdf5File file, CancellationToken cancellationToken)
    {
        var root = file.ObjectAt(file.Root);
        var structAddress = Find(file.Members(root, MaximumVariables), "digitStruct")
            ?? throw file.Error("it has no variable digitStruct");
        var digitStruct = file.ObjectAt(structAddress);
        if (!digitStruct.IsGroup) throw file.Error("its variable digitStruct is no struct");
        var fields = file.Members(digitStruct, MaximumFields);
        var names = file.ObjectAt(Find(fields, "name") ?? throw file.Error("its digitStruct has no field name"));
        var boxes = file.ObjectAt(Find(fields, "bbox") ?? throw file.Error("its digitStruct has no field bbox"));

        // MATLAB stores a struct array of one element as a plain struct: the values themselves, without references.
        if (names.Datatype is not { Class: Hdf5Class.Reference }) return [ReadEntry(file, names, boxes)];
        if (boxes.IsGroup) throw file.Error("its digitStruct has several names but one bbox");
        var nameAddresses = file.ReadReferences(names, MaximumPhotos);
        var boxAddresses = file.ReadReferences(boxes, MaximumPhotos);
        if (nameAddresses.Length != boxAddresses.Length)
        {
            throw file.Error($"its digitStruct has {nameAddresses.Length} names but {boxAddresses.Length} bboxes");
        }

        var entries = new DigitStructEntry[nameAddresses.Length];
        for (var i = 0; i < entries.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            entries[i] = ReadEntry(file, file.ObjectAt(nameAddresses[i]), file.ObjectAt(boxAddresses[i]));
        }

        return entries;
    }

    private static DigitStructEntry ReadEntry(Hdf5File file, Hdf5Object name, Hdf5Object boxes)
    {
        var fileName = file.ReadText(name, MaximumNameLength);
        return new DigitStructEntry(fileName, ReadBoxes(file, boxes, fileName));
    }

    private static DigitStructBox[] ReadBoxes(Hdf5File file, Hdf5Object boxes, string fileName)
    {
        // A photo without digits has an empty array in place of the struct.
        if (!boxes.IsGroup && file.Count(boxes) == 0) return [];
        var fields = file.Members(boxes, MaximumFields);
        var left = ReadField(file, fields, "left", fileName);
        var top = ReadField(file, fields, "top", fileName);
        var width = ReadField(file, fields, "width", fileName);
        var height = ReadField(file, fields, "height", fileName);
        var label = ReadField(file, fields, "label", fileName);
        if (top.Length != left.Length || width.Length != left.Length || height.Length != left.Length || label.Length != left.Length)
        {
            throw file.Error($"the fields of the bbox of {fileName} differ in length");
        }

        var result = new DigitStructBox[left.Length];
        for (var i = 0; i < result.Length; i++) result[i] = new DigitStructBox(left[i], top[i], width[i], height[i], label[i]);
        return result;
    }

    private static double[] ReadField(Hdf5File file, List<(string Name, long Address)> fields, string field, string fileName)
    {
        var address = Find(fields, field) ?? throw file.Error($"the bbox of {fileName} has no field {field}");
        var values = file.ObjectAt(address);
        if (values.Datatype is not { Class: Hdf5Class.Reference }) return file.ReadNumbers(values, MaximumBoxes);
        return Array.ConvertAll(file.ReadReferences(values, MaximumBoxes), reference =>
        {
            var numbers = file.ReadNumbers(file.ObjectAt(reference), maximum: 1);
            return numbers.Length == 1 ? numbers[0] : throw file.Error($"the field {field} of the bbox of {fileName} lacks a number");
        });
    }

    private static long? Find(List<(string Name, long Address)> members, string name)
    {
        foreach (var member in members)
        {
            if (member.Name == name) return member.Address;
        }

        return null;
    }
}
