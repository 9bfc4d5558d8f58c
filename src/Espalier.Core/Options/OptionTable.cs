using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;

namespace Espalier.Core.Options;

/// <summary>
/// All options of a record, those of records within it among them, in the order of its properties: what a command line, an experiment file,
/// <c>options.yaml</c>, printed commands and differences of two runs have in common.
/// </summary>
/// <typeparam name="T">A record whose properties carry <see cref="OptionAttribute"/>s.</typeparam>
[RequiresUnreferencedCode("Properties are found by their attributes.")]
internal sealed class OptionTable<T> : IReadOnlyList<OptionDescription>
    where T : class
{
    private readonly List<OptionDescription> _entries = [.. Find(typeof(T), [])];

    /// <inheritdoc/>
    public int Count => _entries.Count;

    /// <inheritdoc/>
    public OptionDescription this[int index] => _entries[index];

    /// <summary>The option of a name or an alias on the command line; null where there is none.</summary>
    public OptionDescription? Find(string name) => _entries.Find(entry => entry.Name == name || entry.Aliases.Contains(name));

    /// <summary>What keeps an option from having an effect, as the end of a sentence about it: <c>has an effect only together with
    /// --sparsity</c>.</summary>
    /// <param name="entry">The option.</param>
    /// <param name="options">All options.</param>
    /// <param name="call">How another option and its word are called: on the command line by default.</param>
    /// <returns>Null where it has one.</returns>
    public string? WhyWithoutEffect(OptionDescription entry, T options, Func<OptionDescription, string?, string>? call = null)
    {
        ArgumentNullException.ThrowIfNull(entry);
        call ??= (other, word) => word is null ? other.Name : $"{other.Name} {word}";
        foreach (var need in entry.Needs)
        {
            if (!Holds(need, options, out var other, out var word)) return $"has an effect only together with {call(other, word)}";
        }

        return entry.Said.Excludes is { } excluded && Holds(excluded, options, out var besides, out var said)
            ? $"has no effect together with {call(besides, said)}{entry.Said.Because}"
            : null;
    }

    /// <summary>A record with some options set, in the order of the table.</summary>
    /// <param name="start">Where nothing is said.</param>
    /// <param name="given">What is said.</param>
    /// <param name="refuse">Makes the exception for an option without effect and the reason,
    /// as <see cref="WhyWithoutEffect"/> words it.</param>
    /// <param name="call">As there.</param>
    public T With(T start, IReadOnlyDictionary<OptionDescription, object?> given, Func<OptionDescription, string, Exception> refuse,
        Func<OptionDescription, string?, string>? call = null)
    {
        ArgumentNullException.ThrowIfNull(given);
        ArgumentNullException.ThrowIfNull(refuse);
        var said = _entries.Where(given.ContainsKey).ToList();
        var read = start;
        foreach (var entry in said)
        {
            // What an option needs stands before it, and may be undone by setting it.
            RefuseWithoutEffect(entry);
            read = entry.Set(read, given[entry]);
        }

        said.ForEach(RefuseWithoutEffect);
        return read;

        void RefuseWithoutEffect(OptionDescription entry)
        {
            if (WhyWithoutEffect(entry, read, call) is { } reason) throw refuse(entry, reason);
        }
    }

    /// <summary>Where two records differ in what comes of them: <c>name: wanted, not present</c>,
    /// an entry an option that has an effect.</summary>
    public IEnumerable<string> Differences(T wanted, T present) => _entries
        .Where(entry => entry.Changes == OptionEffect.Result && !Equals(Effective(entry, wanted), Effective(entry, present)))
        .Select(entry => $"{entry.Key}: {entry.Scalar(Effective(entry, wanted))}, not {entry.Scalar(Effective(entry, present))}");

    /// <summary>The options that are not the standard ones, as words of a command line.</summary>
    /// <param name="options">What is done.</param>
    /// <param name="standard">What is done where nothing is said.</param>
    public IEnumerable<string> Words(T options, T standard)
    {
        foreach (var entry in _entries.Where(entry => entry.Name.Length > 0))
        {
            var value = Effective(entry, options);
            if (value is null || Equals(value, Effective(entry, standard))) continue;
            var items = entry.IsList ? ((IEnumerable)value).Cast<object>() : [value];
            yield return entry.IsFlag
                ? entry.Name
                : $"{entry.Name} {string.Join(' ', items.Select(item => CommandWord.Quote(entry.Word(item))))}";
        }
    }

    /// <summary>The record that some words stand for, as <see cref="Words"/> writes them.</summary>
    /// <param name="text">The words.</param>
    /// <param name="start">The record where nothing is said.</param>
    /// <exception cref="EspalierException">A word is none of an option, or none that it takes.</exception>
    public T Parse(string text, T start)
    {
        var said = new List<(OptionDescription Entry, List<string> Values)>();
        foreach (var word in Regex.Matches(text, "\"[^\"]*\"|[^ ]+").Select(match => match.Value.Trim('"')))
        {
            if (Find(word) is { } entry) said.Add((entry, []));
            else if (said.Count > 0) said[^1].Values.Add(word);
            else throw new EspalierException($"There is no option '{word}'.");
        }

        return With(
            start, said.GroupBy(pair => pair.Entry)
                .ToDictionary(group => group.Key, group => Value(group.Key, group.SelectMany(pair => pair.Values))),
            (entry, reason) => new OptionException($"{entry.Name} {reason}."));

        static object? Value(OptionDescription entry, IEnumerable<string> words) => entry.IsFlag
            ? entry.FlagMeans
            : entry.TryRead(words, out var value, out var wrong)
                ? value : throw new OptionException($"{entry.Name} is {entry.Wanted("from {0} to {1}")}, not '{wrong}'.");
    }

    /// <summary>A line an option, as YAML.</summary>
    public string ToYaml(T options) => _entries
        .Aggregate(new StringBuilder(), (text, entry) => text.Append(entry.Key).Append(": ").Append(entry.Scalar(Effective(entry, options)))
            .Append('\n')).ToString();

    /// <summary>Refuses what lies outside its range.</summary>
    /// <exception cref="OptionException">Names the first such value and its range.</exception>
    public void Validate(T options)
    {
        foreach (var entry in _entries) entry.RefuseOutside(entry.Get(options));
    }

    /// <summary>A record that takes over another's options that change nothing but speed.</summary>
    public T WithResources(T options, T others) => _entries
        .Where(entry => entry.Changes == OptionEffect.Speed).Aggregate(options, (all, entry) => entry.Set(all, entry.Get(others)));

    /// <summary>The record with every path in full.</summary>
    public T WithFullPaths(T options) => _entries
        .Where(entry => entry.IsPath).Aggregate(options, (all, entry) => entry.Get(all) is string path
            ? entry.Set(all, Path.GetFullPath(path)) : all);

    /// <inheritdoc/>
    public IEnumerator<OptionDescription> GetEnumerator() => _entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private object? Effective(OptionDescription entry, T options) => WhyWithoutEffect(entry, options) is null ? entry.Get(options) : null;

    /// <summary>Whether an option is given, or says the word that follows its name.</summary>
    private bool Holds(string condition, T options, out OptionDescription other, out string? word)
    {
        var parts = condition.Split(' ');
        other = Find(parts[0])!;
        word = parts.ElementAtOrDefault(1);
        return other.Get(options) is { } value and not false && (word is null || other.Word(value) == word);
    }


    // Declaration order: that of help and files. Sections are looked into where they stand.
    private static IEnumerable<OptionDescription> Find(Type type, PropertyInfo[] path)
    {
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance)
            .OrderBy(property => property.MetadataToken))
        {
            PropertyInfo[] here = [.. path, property];
            if (property.GetCustomAttribute<OptionAttribute>() is { } said) yield return new OptionDescription(here, said);
            else if (property.CanWrite && property.PropertyType.GetMethod("<Clone>$") is not null)
            {
                foreach (var entry in Find(property.PropertyType, here)) yield return entry;
            }
        }
    }
}
