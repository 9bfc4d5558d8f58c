using System.Collections.Immutable;
using Espalier.Core;
using Microsoft.Extensions.Logging;

namespace Espalier.Server.Models;

/// <summary>
/// The models by name. A file that changed is opened beside the old one, which goes when its last request has been answered; a file that cannot be opened, because it is
/// still being copied for instance, leaves the old one in service.
/// </summary>
internal sealed partial class ModelShelf : IDisposable
{
    private const string Extension = ".onnx";

    private readonly IReadOnlyList<ModelSource> _sources;
    private readonly ILogger<ModelShelf> _log;
    private readonly Lock _refreshing = new();
    private readonly Dictionary<string, Stamp> _seen = [];
    private ImmutableList<ServedModel> _models = [];

    /// <summary>Opens all models.</summary>
    /// <exception cref="EspalierException">One cannot be opened, or a folder has none.</exception>
    public ModelShelf(ServerOptions options, ILogger<ModelShelf> log)
    {
        (_sources, _log) = (options.Models, log);
        try
        {
            foreach (var source in _sources)
            {
                if (source.Bytes is { } content) Put(ServedModel.Open(source.Name!, content()));
                else if (!Path.Exists(source.Path)) throw new EspalierException($"There is no file or folder '{source.Path}'.");
                else if (Files(source).Count == 0 || Files(source).Any(file => !file.Path.EndsWith(Extension, StringComparison.OrdinalIgnoreCase)))
                    throw new EspalierException($"'{source.Path}' {(Directory.Exists(source.Path) ? "holds" : "is")} no {Extension} file; `espalier export` makes one of a checkpoint.");
            }

            Refresh(throwing: true);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>All models, in the order of the sources.</summary>
    public IReadOnlyList<ServedModel> Models => Volatile.Read(ref _models);

    /// <summary>Lends a model; the borrower disposes of the loan.</summary>
    /// <param name="name">Its name; null for the first.</param>
    /// <returns>Null where there is no such model.</returns>
    public Loan? Borrow(string? name)
    {
        while (true)
        {
            var model = name is null ? Models.Count > 0 ? Models[0] : null : Models.FirstOrDefault(model => model.Name == name);
            if (model is null) return null;
            if (model.TryBorrow()) return new Loan(model);
        }
    }

    /// <summary>Looks whether files have changed, come or gone.</summary>
    public void Refresh() => Refresh(throwing: false);

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_refreshing) Replace(_ => []);
    }

    private void Refresh(bool throwing)
    {
        lock (_refreshing)
        {
            var files = new Dictionary<string, string>();
            foreach (var (name, path) in _sources.SelectMany(Files))
            {
                if (files.TryAdd(name, path)) Load(name, path, throwing);
                else if (throwing && files[name] != path) throw new EspalierException($"Two models are called '{name}': '{files[name]}' and '{path}'; say NAME=FILE.");
            }

            foreach (var gone in _seen.Keys.Except(files.Keys).ToList())
            {
                _seen.Remove(gone);
                Replace(models => models.RemoveAll(model => model.Name == gone));
                LogGone(gone);
            }
        }
    }

    private void Load(string name, string path, bool throwing)
    {
        try
        {
            var stamp = Stamp.Of(path);
            if (_seen.TryGetValue(name, out var seen) && seen == stamp) return;
            _seen[name] = stamp;
            Put(ServedModel.Open(name, path));
            if (!throwing) LogLoaded(name);
        }
        catch (Exception exception) when (!throwing && (exception is EspalierException || FileProblem.Is(exception)))
        {
            LogRefused(name, exception.Message);
        }
    }

    [LoggerMessage(LogLevel.Information, "The model '{Name}' has been loaded")]
    private partial void LogLoaded(string name);

    [LoggerMessage(LogLevel.Warning, "The file of the model '{Name}' cannot be used, so that nothing has changed: {Reason}")]
    private partial void LogRefused(string name, string reason);

    [LoggerMessage(LogLevel.Information, "The model '{Name}' is gone")]
    private partial void LogGone(string name);

    private void Put(ServedModel model) => Replace(models =>
        models.FindIndex(other => other.Name == model.Name) is >= 0 and var place ? models.SetItem(place, model) : models.Add(model));

    private void Replace(Func<ImmutableList<ServedModel>, ImmutableList<ServedModel>> change)
    {
        var before = _models;
        Volatile.Write(ref _models, change(before));
        foreach (var gone in before.Except(_models)) gone.Return();
    }

    private static List<(string Name, string Path)> Files(ModelSource source)
    {
        if (source.Path is not { } path) return [];
        if (!Directory.Exists(path)) return File.Exists(path) ? [(source.Name ?? Path.GetFileNameWithoutExtension(path), path)] : [];
        return [.. Directory.EnumerateFiles(path, "*" + Extension).Order(StringComparer.Ordinal).Select(file => (Path.GetFileNameWithoutExtension(file), file))];
    }

    /// <summary>A model that stays open until it is disposed of.</summary>
    internal readonly struct Loan(ServedModel model) : IDisposable
    {
        public ServedModel Model { get; } = model;

        public void Dispose() => Model.Return();
    }

    private readonly record struct Stamp(DateTime Written, long Length)
    {
        public static Stamp Of(string path) => new(File.GetLastWriteTimeUtc(path), new FileInfo(path).Length);
    }
}
