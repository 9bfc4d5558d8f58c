using System.Collections.Immutable;
using Espalier.Core;
using Microsoft.Extensions.Logging;

namespace Espalier.Server.Models;

/// <summary>
/// The models by name. A file that changed is opened beside the old one, which goes when its last request has been answered; a file that
/// cannot be opened, because it is still being copied for instance, leaves the old one in service.
/// </summary>
internal sealed partial class ModelShelf(ServerOptions options, ILogger<ModelShelf> log) : IDisposable
{
    private const string Extension = ".onnx";

    private readonly IReadOnlyList<ModelSource> _sources = options.Models;
    private readonly ILogger<ModelShelf> _log = log;
    private readonly Lock _refreshing = new();
    private readonly Dictionary<string, (string Path, FileStamp Stamp)> _seen = [];
    private ImmutableList<ServedModel> _models = [];
    private bool _isOpen;

    /// <summary>Opens all models; again, nothing.</summary>
    /// <exception cref="EspalierException">One cannot be opened, or a folder has none.</exception>
    public void Open()
    {
        lock (_refreshing)
        {
            if (_isOpen) return;
            var claimed = new Dictionary<string, string>();
            foreach (var source in _sources) Open(source, claimed);
            _isOpen = true;
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

    /// <summary>
    /// Looks whether files have changed, come or gone. A model goes when its file has left a folder that is served; a file that is served
    /// by itself, or a whole folder, that is away for a while takes nothing out of service.
    /// </summary>
    public void Refresh()
    {
        lock (_refreshing)
        {
            if (!_isOpen) return;
            var files = _sources.Where(source => source.Bytes is not null).ToDictionary(source => source.Name!, _ => "");
            foreach (var (name, path) in _sources.SelectMany(Files))
            {
                if (files.TryAdd(name, path)) Reload(name, path);
            }

            foreach (var (name, seen) in _seen.Where(pair => !files.ContainsKey(pair.Key)).ToList())
            {
                var folder = Path.GetDirectoryName(seen.Path);
                if (!Directory.Exists(folder) || _sources.All(source => source.Path != folder)) continue;
                _seen.Remove(name);
                Replace(models => models.RemoveAll(model => model.Name == name));
                LogGone(name);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_refreshing)
        {
            _isOpen = true; // Nothing is opened from here on.
            Replace(_ => []);
        }
    }

    private void Open(ModelSource source, Dictionary<string, string> claimed)
    {
        if (source.Bytes is { } content)
        {
            Claim(source.Name!, "the application's own");
            Put(ServedModel.Open(source.Name!, content()));
            return;
        }

        if (!Path.Exists(source.Path)) throw new EspalierException($"There is no file or folder '{source.Path}'.");
        var files = Files(source);
        if (files.Count == 0 || files.Any(file => !file.Path.EndsWith(Extension, StringComparison.OrdinalIgnoreCase)))
        {
            var holds = Directory.Exists(source.Path) ? "holds" : "is";
            throw new EspalierException($"'{source.Path}' {holds} no {Extension} file; `espalier export` makes one of a checkpoint.");
        }

        foreach (var (name, path) in files)
        {
            Claim(name, $"'{path}'");
            Load(name, path);
        }

        void Claim(string name, string where)
        {
            if (!claimed.TryAdd(name, where))
                throw new EspalierException($"Two models are called '{name}': {claimed[name]} and {where}; say NAME=FILE.");
        }
    }

    private void Reload(string name, string path)
    {
        try
        {
            if (Load(name, path)) LogLoaded(name);
        }
        catch (Exception exception)
        {
            LogRefused(name, exception.Message); // Whatever is wrong with a file, what is in service stays so.
        }
    }

    /// <returns>Whether it was not what is served already.</returns>
    private bool Load(string name, string path)
    {
        var stamp = (path, FileStamp.Of(path));
        if (_seen.TryGetValue(name, out var seen) && seen == stamp) return false;
        _seen[name] = stamp;
        Put(ServedModel.Open(name, path));
        return true;
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
        return [.. Directory.EnumerateFiles(path, "*" + Extension).Order(StringComparer.Ordinal)
            .Select(file => (Path.GetFileNameWithoutExtension(file), file))];
    }

    /// <summary>A model that stays open until it is disposed of.</summary>
    internal readonly struct Loan(ServedModel model) : IDisposable
    {
        public ServedModel Model { get; } = model;

        public void Dispose() => Model.Return();
    }
}
