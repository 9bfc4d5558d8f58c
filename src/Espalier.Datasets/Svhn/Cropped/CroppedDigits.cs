using Espalier.Datasets.Matlab5;
using Espalier.Vision;

namespace Espalier.Datasets.Svhn.Cropped;

/// <summary>
/// SVHN's format 2 (Netzer et al. 2011): <c>train_32x32.mat</c> and its like, MATLAB 5 files with <c>X</c>, 32 × 32 × 3 × N bytes, and
/// <c>y</c>, N labels of which 10 means the digit 0. The pictures are streamed: the largest file unpacks to 1.6 GB, of which one picture
/// is in memory at a time.
/// </summary>
internal sealed class CroppedDigits : IDisposable
{
    /// <summary>Pixels of a picture's sides.</summary>
    public const int Side = 32;

    private const int MaximumPictures = 4_000_000;
    private const int Plane = Side * Side;
    private readonly Matlab5File _file;
    private readonly Matlab5Variable _pixels;
    private readonly byte[] _digits;

    private CroppedDigits(Matlab5File file)
    {
        _file = file;
        _pixels = file.Variable("X");
        if (_pixels.Class != Matlab5Variable.UInt8Class || _pixels.Stored != Matlab5Type.UInt8)
            throw file.Error("its array X does not hold bytes");

        // MATLAB drops a last dimension of one.
        var count = _pixels.Dimensions.Count == 3 ? 1 : _pixels.Dimensions[^1];
        if (_pixels.Dimensions.Count is not (3 or 4) || !_pixels.Dimensions.Take(3).SequenceEqual([Side, Side, 3]))
        {
            throw file.Error($"its array X is {string.Join(" × ", _pixels.Dimensions)}, not 32 × 32 × 3 × N");
        }

        if (count > MaximumPictures) throw file.Error($"it states {count} pictures, at most {MaximumPictures} make sense");
        _digits = ReadLabels(file, count);
    }

    /// <summary>How many pictures.</summary>
    public int Count => _digits.Length;

    /// <summary>The digits 0…9, picture by picture.</summary>
    public IReadOnlyList<byte> Digits => _digits;

    /// <summary>Opens a file and reads its labels.</summary>
    /// <exception cref="Matlab5Exception">It is not there, no such file, or damaged.</exception>
    public static CroppedDigits Open(string path) => Open(Matlab5File.Open(path));

    /// <summary>Opens a stream that can seek, and takes it over.</summary>
    /// <exception cref="Matlab5Exception">It is no such file, or damaged.</exception>
    public static CroppedDigits Open(Stream stream, string name) => Open(Matlab5File.Open(stream, name));

    /// <summary>The pictures in the order of the file, each decoded when it is asked for. Not for several threads.</summary>
    /// <exception cref="Matlab5Exception">The file is damaged;
    /// the last picture is not handed out before the file's checksum is right.</exception>
    public IEnumerable<CroppedDigit> Read()
    {
        using var numbers = _file.OpenNumbers(_pixels);
        var stored = new byte[3 * Plane];
        for (var i = 0; i < Count; i++)
        {
            numbers.ReadBytes(stored, stored.Length);
            if (i == Count - 1) numbers.RequireEnd();
            yield return new CroppedDigit(i + 1, _digits[i], ToPicture(stored));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static CroppedDigits Open(Matlab5File file)
    {
        try
        {
            return new CroppedDigits(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static byte[] ReadLabels(Matlab5File file, int count)
    {
        var variable = file.Variable("y");
        if (variable.Count != count) throw file.Error($"it has {count} pictures but {variable.Count} labels");
        using var numbers = file.OpenNumbers(variable);
        var labels = numbers.ReadAll(MaximumPictures);
        numbers.RequireEnd();
        var digits = new byte[count];
        for (var i = 0; i < count; i++)
        {
            digits[i] = new DigitStructBox(0, 0, 0, 0, labels[i]).Digit is { } digit
                ? (byte)digit
                : throw file.Error(FormattableString.Invariant(
                    $"the label of picture {i + 1} is {labels[i]}, where 1 to 10 stand for digits"));
        }

        return digits;
    }

    // Stored by channel, then column, then row.
    private static Picture ToPicture(byte[] stored)
    {
        var picture = new Picture(Side, Side);
        for (var channel = 0; channel < 3; channel++)
        {
            for (var x = 0; x < Side; x++)
            {
                for (var y = 0; y < Side; y++) picture.Pixels[(y * Side + x) * 3 + channel] = stored[channel * Plane + x * Side + y];
            }
        }

        return picture;
    }
}
