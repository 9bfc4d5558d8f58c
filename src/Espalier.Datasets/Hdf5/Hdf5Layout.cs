namespace Espalier.Datasets.Hdf5;

/// <summary>Where a data set's elements lie.</summary>
internal abstract record Hdf5Layout;

/// <summary>In one piece: in the file, or within the object's header.</summary>
/// <param name="Address">The first byte; −1 where nothing was ever written, which reads as zeros.</param>
/// <param name="Size">Bytes.</param>
internal sealed record ContiguousLayout(long Address, long Size) : Hdf5Layout;

/// <summary>In equal pieces found through a B-tree, each piece filtered for itself.</summary>
/// <param name="TreeAddress">The B-tree; −1 where nothing was ever written.</param>
/// <param name="ChunkDimensions">Elements of a piece along each dimension.</param>
internal sealed record ChunkedLayout(long TreeAddress, int[] ChunkDimensions) : Hdf5Layout;

/// <summary>What a piece went through when it was written.</summary>
/// <param name="Kind">1 deflate, 2 shuffle.</param>
/// <param name="Parameter">The first of its parameters: shuffle's element size.</param>
internal readonly record struct Hdf5Filter(int Kind, int Parameter);
