using System.Text.Json.Serialization;
using Espalier.Core;

namespace Espalier.Pipelines.Bulk;

/// <summary>What an output was begun with. Blocks of photos tell by themselves whether they were looked at.</summary>
/// <param name="Command">The command.</param>
/// <param name="Model">The model's SHA-256 in hexadecimal digits.</param>
/// <param name="Words">The options that change what comes of it.</param>
/// <param name="Photos">How many photos there are.</param>
/// <param name="Digest">Which.</param>
/// <param name="BlockSize">How many photos are looked at between two files, the last ones aside.</param>
/// <param name="Unreadable">How many photos could not be read; null while the output is not there.</param>
internal sealed record BulkJournal(string Command, string Model, string Words, [property: StoredRange(1, int.MaxValue)] int Photos,
    string Digest, [property: StoredRange(1, BulkJournal.LargestBlock)] int BlockSize, int? Unreadable = null)
{
    /// <summary>The most photos of a block, all of whose results are in memory at a time.</summary>
    public const int LargestBlock = 1000;

    private const int SmallestBlock = 16, BlocksInAll = 256;

    /// <summary>How many blocks there are.</summary>
    [JsonIgnore]
    public int Blocks => (Photos - 1) / BlockSize + 1;

    /// <summary>How many photos a block has.</summary>
    public int PhotosOf(int block) => Math.Min(BlockSize, Photos - block * BlockSize);

    /// <summary>A journal of photos that were gone through: their blocks are many enough to be shared and large enough not to be felt.
    /// </summary>
    public BulkJournal Of(ListingDigest photos) => this with
    {
        Photos = photos.Count,
        Digest = photos.ToString(),
        BlockSize = Math.Clamp(photos.Count / BlocksInAll, SmallestBlock, LargestBlock),
    };

    /// <summary>In what it differs from another one that was begun before, as the end of a sentence; null where it does not.</summary>
    /// <param name="begun">That one.</param>
    /// <param name="withPhotos">Whether the photos were gone through.</param>
    public string? Difference(BulkJournal begun, bool withPhotos) =>
        Command != begun.Command ? $"by {begun.Command}, not by {Command}"
        : Model != begun.Model ? "with another model"
        : Words != begun.Words ? $"with {Said(begun.Words)}, not with {Said(Words)}"
        : !withPhotos ? null
        : Photos != begun.Photos ? Invariant($"with {begun.Photos} photos, not with {Photos}")
        : Digest != begun.Digest ? "with other photos, or photos of other sizes"
        : null;

    private static string Said(string words) => words.Length > 0 ? words : "no options";
}
