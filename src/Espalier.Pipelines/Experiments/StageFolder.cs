using Espalier.Core;

namespace Espalier.Pipelines.Experiments;

/// <summary>A folder that stages of one piece of work fill.</summary>
internal static class StageFolder
{
    /// <summary>Makes the folder, and keeps other processes from working in it.</summary>
    /// <exception cref="EspalierException">One does already, or the folder cannot be written.</exception>
    public static WriterLock Lock(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception exception) when (FileProblem.Is(exception))
        {
            throw new EspalierException($"'{path}' cannot be written: {FileProblem.Reason(exception)}.", exception);
        }

        return WriterLock.Take(path, Path.Combine(path, $"{WriterLock.Mark}lock"));
    }
}
