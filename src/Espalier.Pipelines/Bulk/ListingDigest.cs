using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Espalier.Pipelines.Bulk;

/// <summary>What photos there are, in a few bytes: the sum of their hashes, so that folders need not be sorted to be compared.</summary>
internal struct ListingDigest
{
    private UInt128 _sum;

    /// <summary>How many photos there are.</summary>
    public int Count { get; private set; }

    /// <summary>One more.</summary>
    public void Add(ListedPhoto photo)
    {
        Count = checked(Count + 1);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(Invariant($"{photo.Source} {photo.Entry} {photo.Length} {photo.Path}")), hash);
        _sum = unchecked(_sum + BinaryPrimitives.ReadUInt128LittleEndian(hash));
    }

    /// <summary>The sum in hexadecimal digits.</summary>
    public override readonly string ToString() => Invariant($"{_sum:x32}");
}
