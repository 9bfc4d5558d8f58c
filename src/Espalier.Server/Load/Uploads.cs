using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Espalier.Server.Load;

/// <summary>A picture as it was sent.</summary>
/// <param name="Name">What the client calls it: never used as a path.</param>
/// <param name="Bytes">The encoded picture.</param>
internal sealed record Upload(string Name, byte[] Bytes);

/// <summary>Reads bodies within the limits.</summary>
internal sealed class Uploads(ServerOptions options)
{
    /// <summary>The media types of pictures: one as it is, or several in a form.</summary>
    public static string[] PictureTypes { get; } = ["image/", "application/octet-stream", Multipart];

    /// <summary>The media type of forms.</summary>
    public const string Multipart = "multipart/form-data";

    /// <summary>All pictures of a request.</summary>
    /// <exception cref="Refusal">There are none or too many, or the body is malformed, too large or too slow.</exception>
    public async Task<IReadOnlyList<Upload>> ReadPictures(HttpContext context)
    {
        if (!context.Request.HasFormContentType) return [new Upload("picture", await ReadBody(context))];
        return await ReadFiles(await ReadForm(context), context.RequestAborted);
    }

    /// <summary>The files of a form, in their order.</summary>
    /// <inheritdoc cref="ReadPictures" path="/exception"/>
    public async Task<IReadOnlyList<Upload>> ReadFiles(IFormCollection form, CancellationToken cancellation)
    {
        if (form.Files.Count == 0) throw Refusal.Bad($"The form holds no file.");
        if (form.Files.Count > options.MaximumPictures)
            throw Refusal.Bad($"A request may have at most {options.MaximumPictures} pictures, not {form.Files.Count}.");
        var read = new List<Upload>(form.Files.Count);
        foreach (var file in form.Files)
        {
            var bytes = new byte[file.Length];
            using var stream = file.OpenReadStream();
            await stream.ReadExactlyAsync(bytes, cancellation);
            read.Add(new Upload(file.FileName, bytes));
        }

        return read;
    }

    /// <summary>A form with its files in memory.</summary>
    /// <inheritdoc cref="ReadPictures" path="/exception"/>
    public Task<IFormCollection> ReadForm(HttpContext context) => InTime(async () =>
    {
        // Some types only begin like a form's.
        if (!context.Request.HasFormContentType) throw Refusal.WrongType($"The content type must be {Multipart}, and well formed.");
        var most = options.MaximumBytes;
        var limits = new FormOptions { MultipartBodyLengthLimit = most, MemoryBufferThreshold = most, BufferBodyLengthLimit = most };
        try
        {
            return await context.Request.ReadFormAsync(limits, context.RequestAborted);
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException and not BadHttpRequestException)
        {
            throw Refusal.Bad($"The form is cut off or malformed.");
        }
    });

    /// <summary>The whole body.</summary>
    /// <inheritdoc cref="ReadPictures" path="/exception"/>
    public Task<byte[]> ReadBody(HttpContext context) => InTime(async () =>
    {
        var bytes = context.Request.ContentLength is { } length
            ? await ReadExactly(context, (int)length) // Refused by its head where it is too long.
            : await ReadChunks(context);
        return bytes.Length > 0 ? bytes : throw Refusal.Bad($"The body is empty.");
    });

    private static async Task<byte[]> ReadExactly(HttpContext context, int length)
    {
        var bytes = new byte[length];
        await context.Request.Body.ReadExactlyAsync(bytes, context.RequestAborted);
        return bytes;
    }

    private async Task<byte[]> ReadChunks(HttpContext context)
    {
        using var bytes = new MemoryStream();
        var buffer = new byte[1 << 14];
        for (int read; (read = await context.Request.Body.ReadAsync(buffer, context.RequestAborted)) > 0;)
        {
            if (bytes.Length + read > options.MaximumBytes)
                throw Refusal.TooLarge($"A request may have at most {options.MaximumBytes} bytes.");
            bytes.Write(buffer, 0, read);
        }

        return bytes.ToArray();
    }

    // The clock runs for sending and for waiting; who is to blame differs.
    private static async Task<T> InTime<T>(Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (OperationCanceledException)
        {
            throw new Refusal(StatusCodes.Status408RequestTimeout, $"The body came too slowly.");
        }
    }
}
