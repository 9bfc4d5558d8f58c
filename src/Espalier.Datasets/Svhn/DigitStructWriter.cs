using System.Buffers.Binary;
using System.Globalization;
using Espalier.Core;
using Espalier.Datasets.Hdf5;

namespace Espalier.Datasets.Svhn;

/// <summary>Writes a <c>digitStruct.mat</c> as SVHN has it (format 1), so that generated pictures can go the way of real ones.</summary>
internal static class DigitStructWriter
{
    /// <summary>Writes the file, whole or not at all.</summary>
    /// <param name="path">The file, replaced if it exists.</param>
    /// <param name="entries">Photo by photo.</param>
    /// <exception cref="EspalierException">It cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<DigitStructEntry> entries) =>
        AtomicFile.Write(path, stream => Write(stream, entries));

    /// <summary>Writes to an empty stream that can seek.</summary>
    public static void Write(Stream stream, IReadOnlyList<DigitStructEntry> entries)
    {
        var writing = new Writing(new Hdf5Writer(stream));
        writing.Write(entries);
    }

    private sealed class Writing(Hdf5Writer writer)
    {
        private static readonly byte[] DoubleClass = Hdf5Messages.MatlabClass("double");
        private static readonly byte[] CharClass = Hdf5Messages.MatlabClass("char");
        private static readonly byte[] StructClass = Hdf5Messages.MatlabClass("struct");

        // MATLAB keeps everything that is referred to in one group, under names without a meaning.
        private readonly List<(string Name, long Address)> _referred = [];

        public void Write(IReadOnlyList<DigitStructEntry> entries)
        {
            var names = new long[entries.Count];
            var boxes = new long[entries.Count];
            for (var i = 0; i < entries.Count; i++)
            {
                names[i] = Refer(WriteText(entries[i].FileName));
                boxes[i] = Refer(WriteBoxes(entries[i].Boxes));
            }

            var digitStruct = writer.WriteGroup([("name", WriteReferences(names)), ("bbox", WriteReferences(boxes))], StructClass);
            writer.Finish([("digitStruct", digitStruct), ("#refs#", writer.WriteGroup(_referred))]);
        }

        private long WriteBoxes(IReadOnlyList<DigitStructBox> boxes)
        {
            if (boxes.Count == 0)
                return writer.WriteDataset(Hdf5Messages.UInt64Type, [2], new byte[16], StructClass, Hdf5Messages.MatlabEmpty);
            return writer.WriteGroup(
                [
                    ("height", WriteField(boxes, box => box.Height)), ("left", WriteField(boxes, box => box.Left)),
                    ("top", WriteField(boxes, box => box.Top)),
                    ("width", WriteField(boxes, box => box.Width)), ("label", WriteField(boxes, box => box.Label)),
                ],
                StructClass);
        }

        private long WriteField(IReadOnlyList<DigitStructBox> boxes, Func<DigitStructBox, double> field) =>
            boxes.Count == 1 ? WriteNumber(field(boxes[0])) : WriteReferences([.. boxes.Select(box => Refer(WriteNumber(field(box))))]);

        private long WriteNumber(double value)
        {
            var bytes = new byte[8];
            BinaryPrimitives.WriteDoubleLittleEndian(bytes, value);
            return writer.WriteDataset(Hdf5Messages.DoubleType, [1, 1], bytes, DoubleClass);
        }

        private long WriteText(string text)
        {
            var bytes = new byte[2 * text.Length];
            for (var i = 0; i < text.Length; i++) BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(2 * i), text[i]);
            return writer.WriteDataset(Hdf5Messages.CharacterType, [text.Length, 1], bytes, CharClass, Hdf5Messages.MatlabIntDecode);
        }

        private long WriteReferences(long[] addresses)
        {
            var bytes = new byte[8 * addresses.Length];
            for (var i = 0; i < addresses.Length; i++) BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8 * i), addresses[i]);
            return writer.WriteDataset(Hdf5Messages.ReferenceType, [1, addresses.Length], bytes);
        }

        private long Refer(long address)
        {
            _referred.Add((string.Create(CultureInfo.InvariantCulture, $"r{_referred.Count}"), address));
            return address;
        }
    }
}
