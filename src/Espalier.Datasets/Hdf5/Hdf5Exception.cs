using Espalier.Core;

namespace Espalier.Datasets.Hdf5;

/// <summary>
/// A file that should be HDF5 as MATLAB 7.3 writes it cannot be read. The only exception that the readers of
/// this kind of file throw, whatever is wrong with the bytes; the message is one sentence naming file and place.
/// </summary>
internal sealed class Hdf5Exception : EspalierException
{
    /// <inheritdoc cref="Hdf5Exception"/>
    public Hdf5Exception(string message)
        : base(message)
    {
    }

    /// <inheritdoc cref="Hdf5Exception"/>
    public Hdf5Exception(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
