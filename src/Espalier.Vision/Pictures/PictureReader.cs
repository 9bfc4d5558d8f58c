using SkiaSharp;

namespace Espalier.Vision;

/// <summary>
/// Decodes PNG, JPEG (MPO too, of which the first picture is taken), WebP, BMP and TIFF into RGB. The EXIF orientation is applied;
/// transparency is laid over white; grey, palette, 16-bit and CMYK pictures become 8-bit RGB; colour profiles are not applied; of an
/// animation the first frame is taken. Whatever the bytes, the only exception is <see cref="PictureException"/>, and a picture of which a
/// part is missing is refused rather than filled.
/// </summary>
public static class PictureReader
{
    private const string AnyPicture = "The picture";
    private const int ChunkBytes = 81_920;

    /// <summary>The file name extensions that are read, lower case, with the dot.</summary>
    public static IReadOnlyList<string> Extensions { get; } = [".png", ".jpg", ".jpeg", ".jfif", ".jpe", ".mpo", ".webp",
        ".bmp", ".dib", ".tif", ".tiff"];

    /// <summary>Decodes a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limits">What is accepted; <see cref="PictureLimits.Default"/> where null.</param>
    /// <exception cref="PictureException">The file cannot be read, is no whole picture, or exceeds the limits.</exception>
    public static Picture Read(string path, PictureLimits? limits = null)
    {
        limits ??= PictureLimits.Default;
        byte[] bytes;
        try
        {
            using var file = File.OpenHandle(path, options: FileOptions.SequentialScan);
            var length = RandomAccess.GetLength(file);
            CheckFileBytes(length, $"'{path}'", limits);
            var header = new HeaderBytes(file, $"'{path}'");
            CheckLimits(PictureHeader.Read(ref header), $"'{path}'", limits);
            bytes = ReadWhole(file, length);
        }
        catch (Exception exception) when (IsFileProblem(exception))
        {
            throw Unreadable(path, exception);
        }

        return Decode(bytes, $"'{path}'", limits);
    }

    /// <summary>Decodes a file's bytes.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="limits">What is accepted; <see cref="PictureLimits.Default"/> where null.</param>
    /// <param name="name">What messages call it, as the start of a sentence.</param>
    /// <exception cref="PictureException">The bytes are no whole picture, or exceed the limits.</exception>
    public static Picture Read(ReadOnlySpan<byte> bytes, PictureLimits? limits = null, string name = AnyPicture)
    {
        limits ??= PictureLimits.Default;
        CheckFileBytes(bytes.Length, name, limits);
        return Decode(bytes, name, limits);
    }

    /// <summary>Decodes what a stream holds from where it stands to its end.</summary>
    /// <param name="stream">The stream; it stays open. What a <see cref="MemoryStream"/> shows of its buffer is not copied.</param>
    /// <param name="limits">What is accepted; <see cref="PictureLimits.Default"/> where null.</param>
    /// <param name="name">What messages call it, as the start of a sentence.</param>
    /// <exception cref="PictureException">The bytes are no whole picture, exceed the limits, or cannot be read.</exception>
    public static Picture Read(Stream stream, PictureLimits? limits = null, string name = AnyPicture)
    {
        ArgumentNullException.ThrowIfNull(stream);
        limits ??= PictureLimits.Default;
        if (stream is MemoryStream memory && memory.TryGetBuffer(out var buffer))
            return Read(buffer.AsSpan((int)Math.Min(memory.Position, buffer.Count)), limits, name);
        using var bytes = new MemoryStream();
        try
        {
            var chunk = new byte[ChunkBytes];
            for (var read = stream.Read(chunk); read > 0; read = stream.Read(chunk)) Append(bytes, chunk.AsSpan(0, read), limits, name);
        }
        catch (Exception exception) when (IsFileProblem(exception))
        {
            throw new PictureException($"{name} cannot be read: {exception.Message.TrimEnd('.')}.", exception);
        }

        return Read(bytes.GetBuffer().AsSpan(0, (int)bytes.Length), limits, name);
    }

    /// <summary>Decodes what a stream holds, for which no thread waits: an upload as it comes, of which a web server refuses to wait for
    /// bytes. It is read no further than the limits allow. Decoding takes the thread to which the last bytes came.</summary>
    /// <param name="stream">The stream; it stays open.</param>
    /// <param name="limits">What is accepted; <see cref="PictureLimits.Default"/> where null.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="PictureException">The bytes are no whole picture, or exceed the limits. What the stream itself throws passes as it
    /// is, so that a server's own refusal of a body keeps its status.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static async Task<Picture> ReadAsync(Stream stream, PictureLimits? limits = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        limits ??= PictureLimits.Default;
        using var bytes = new MemoryStream();
        var chunk = new byte[ChunkBytes];
        for (int read; (read = await stream.ReadAsync(chunk, cancellationToken).ConfigureAwait(false)) > 0;)
            Append(bytes, chunk.AsSpan(0, read), limits, AnyPicture);
        return Read(bytes.GetBuffer().AsSpan(0, (int)bytes.Length), limits);
    }

    /// <summary>A picture's size as it is to be seen, from its header alone: usually one read of 4 KiB.</summary>
    /// <exception cref="PictureException">The file cannot be read or has no such header. That the rest decodes is not promised.</exception>
    public static PictureSize ReadSize(string path)
    {
        try
        {
            using var file = File.OpenHandle(path);
            var header = new HeaderBytes(file, $"'{path}'");
            return PictureHeader.Read(ref header).SizeAsSeen;
        }
        catch (Exception exception) when (IsFileProblem(exception))
        {
            throw Unreadable(path, exception);
        }
    }

    /// <summary>A picture's size as it is to be seen, from the first bytes of its file.</summary>
    /// <exception cref="PictureException">The bytes have no such header.</exception>
    public static PictureSize ReadSize(ReadOnlySpan<byte> bytes, string name = AnyPicture)
    {
        var header = new HeaderBytes(bytes, name);
        return PictureHeader.Read(ref header).SizeAsSeen;
    }

    private static unsafe Picture Decode(ReadOnlySpan<byte> bytes, string name, PictureLimits limits)
    {
        var headerBytes = new HeaderBytes(bytes, name);
        var header = PictureHeader.Read(ref headerBytes);
        CheckLimits(header, name, limits);
        if (header.Format == "JPEG" && !JpegHeader.HasEnd(bytes, name))
            throw headerBytes.Problem("is cut off: a part of the picture is missing");
        if (header.Format == "TIFF") return TiffDecoder.Decode(bytes, header, name);
        fixed (byte* start = bytes)
        {
            using var data = SKData.Create((nint)start, bytes.Length);
            using var codec = SKCodec.Create(data) ?? throw headerBytes.Problem($"is a damaged {header.Format} file");
            if (codec.Info.Width != header.Width || codec.Info.Height != header.Height)
                throw headerBytes.Problem($"is a damaged {header.Format} file: its headers contradict each other");
            return Decode(codec, header, name);
        }
    }

    private static Picture Decode(SKCodec codec, PictureHeader header, string name)
    {
        // Without a colour space the codec leaves the values as they are stored.
        var info = new SKImageInfo(header.Width, header.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        using var rgba = new PixelScratch(info.BytesSize);
        var result = codec.GetPixels(info, rgba.Pointer, info.RowBytes, SKCodecOptions.Default);
        if (result == SKCodecResult.IncompleteInput)
            throw new PictureException($"{name} is cut off: a part of the picture is missing.");
        if (result != SKCodecResult.Success) throw new PictureException($"{name} is a damaged {header.Format} file.");
        return Orientation.Apply(rgba.Bytes, header, opaque: codec.Info.AlphaType == SKAlphaType.Opaque);
    }

    private static void Append(MemoryStream bytes, ReadOnlySpan<byte> chunk, PictureLimits limits, string name)
    {
        CheckFileBytes(bytes.Length + chunk.Length, name, limits);
        bytes.Write(chunk);
    }

    private static void CheckFileBytes(long length, string name, PictureLimits limits)
    {
        if (length > limits.MaximumFileBytes)
        {
            throw new PictureException($"{name} has {length} bytes; at most {limits.MaximumFileBytes} are accepted.")
            { ExceedsLimits = true };
        }
    }

    private static void CheckLimits(PictureHeader header, string name, PictureLimits limits)
    {
        if (header.Width > limits.MaximumSide || header.Height > limits.MaximumSide
            || (long)header.Width * header.Height > Math.Min(limits.MaximumPixels, Array.MaxLength / 4))
        {
            throw new PictureException($"{name} is too large: {header.Width} × {header.Height} pixels, "
                + $"where at most {limits.MaximumPixels} pixels and {limits.MaximumSide} a side are accepted.")
            { ExceedsLimits = true };
        }
    }

    private static byte[] ReadWhole(Microsoft.Win32.SafeHandles.SafeFileHandle file, long length)
    {
        var bytes = new byte[length];
        var filled = 0;
        while (filled < bytes.Length)
        {
            var read = RandomAccess.Read(file, bytes.AsSpan(filled), filled);
            if (read == 0) throw new EndOfStreamException("the file became shorter while it was read");
            filled += read;
        }

        return bytes;
    }

    private static bool IsFileProblem(Exception exception) =>
        exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException;

    private static PictureException Unreadable(string path, Exception exception) => exception switch
    {
        FileNotFoundException or DirectoryNotFoundException => new($"There is no file '{path}'.", exception),
        UnauthorizedAccessException when Directory.Exists(path) => new($"'{path}' is a folder, not a picture.", exception),
        UnauthorizedAccessException => new($"No permission to read '{path}'.", exception),
        _ => new($"Cannot read '{path}': {exception.Message.TrimEnd('.')}.", exception),
    };
}
