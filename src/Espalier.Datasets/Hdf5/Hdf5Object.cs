namespace Espalier.Datasets.Hdf5;

/// <summary>What an object's header says: a group of named objects, or a data set.</summary>
internal sealed class Hdf5Object
{
    /// <summary>Where its header lies.</summary>
    public required long Address { get; init; }

    /// <summary>A group's B-tree of names, or null for a data set.</summary>
    public SymbolTable? Links { get; set; }

    /// <summary>A data set's extents, slowest first; empty for a single element.</summary>
    public long[]? Dimensions { get; set; }

    /// <summary>What a data set's elements are.</summary>
    public Hdf5Datatype? Datatype { get; set; }

    /// <summary>Where a data set's elements lie.</summary>
    public Hdf5Layout? Layout { get; set; }

    /// <summary>What its pieces went through, in the order of writing.</summary>
    public Hdf5Filter[] Filters { get; set; } = [];

    /// <summary>Whether MATLAB marked it as an empty array, whose elements are then its extents and not data.</summary>
    public bool MatlabEmpty { get; set; }

    /// <summary>Whether it is a group.</summary>
    public bool IsGroup => Links is not null;
}

/// <summary>A group's table of names.</summary>
/// <param name="TreeAddress">The B-tree over the names.</param>
/// <param name="HeapAddress">The local heap that holds them.</param>
internal readonly record struct SymbolTable(long TreeAddress, long HeapAddress);
