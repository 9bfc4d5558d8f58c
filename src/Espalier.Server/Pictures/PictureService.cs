using System.Diagnostics;
using Espalier.Server.Load;
using Espalier.Server.Models;
using Espalier.Vision;

namespace Espalier.Server.Pictures;

/// <summary>Looks at encoded pictures when their turn comes: what all protocols have in common.</summary>
internal sealed class PictureService(ModelShelf shelf, WorkQueue queue, ServerMetrics metrics, ServerOptions options)
{
    private readonly PictureLimits _limits = new() { MaximumPixels = options.MaximumPixels, MaximumFileBytes = options.MaximumBytes };

    /// <summary>Lends a model.</summary>
    /// <param name="name">Its name; null or empty for the first.</param>
    /// <exception cref="Refusal">There is none of that name.</exception>
    public ModelShelf.Loan Borrow(string? name) => shelf.Borrow(string.IsNullOrEmpty(name) ? null : name)
        ?? throw (shelf.Models.Count == 0
            ? Refusal.NotFound($"There is no model at the moment.")
            : Refusal.NotFound($"There is no such model; there are: {string.Join(", ", shelf.Models.Select(model => model.Name))}."));

    /// <summary>The objects in a picture, or with <paramref name="digits"/> every reading of its digits.</summary>
    /// <exception cref="Refusal">It is no picture, or too large.</exception>
    public async Task<LookedAt> LookAt(ServedModel model, byte[] encoded, bool digits, CancellationToken cancellation)
    {
        using var activity = metrics.Begin(model.Name);
        var (seen, waited) = await queue.RunAsync(
            () =>
            {
                var start = Stopwatch.GetTimestamp();
                var picture = Decode(encoded);
                var decode = Stopwatch.GetElapsedTime(start);
                var found = digits ? model.DetectDigits(picture, out var times) : model.Detect(picture, out times);
                return new LookedAt(picture.Width, picture.Height, found, default, decode, times);
            },
            cancellation);
        metrics.LookedAt(activity, model.Name, waited, seen.Decode, seen.Times);
        return seen with { Queue = waited };
    }

    /// <summary>A picture's size, once it is known that the whole can be decoded.</summary>
    /// <inheritdoc cref="LookAt" path="/exception"/>
    public async Task<PictureSize> Check(byte[] encoded, CancellationToken cancellation)
    {
        var (picture, _) = await queue.RunAsync(() => Decode(encoded), cancellation);
        return new PictureSize(picture.Width, picture.Height);
    }

    private Picture Decode(byte[] encoded)
    {
        try
        {
            return PictureReader.Read(encoded, _limits);
        }
        catch (PictureException exception)
        {
            throw exception.ExceedsLimits ? Refusal.TooLarge($"{exception.Message}") : Refusal.Bad($"{exception.Message}");
        }
    }
}

/// <summary>What was found in a picture, and where the time went.</summary>
/// <param name="Width">Pixels, as the picture is to be seen.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Found">The most confident first, in pixels of the picture.</param>
/// <param name="Queue">Waiting for a worker.</param>
/// <param name="Decode">Decoding.</param>
/// <param name="Times">The detector's stages.</param>
internal sealed record LookedAt(int Width, int Height, IReadOnlyList<Detection> Found, TimeSpan Queue, TimeSpan Decode, StageTimes Times);
