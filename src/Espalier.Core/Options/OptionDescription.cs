using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Espalier.Core.Options;

/// <summary>One option of a record: its names, range and words, and how its value is read, written, taken and set.</summary>
[RequiresUnreferencedCode("Properties are found by their attributes.")]
internal sealed class OptionDescription
{
    private readonly PropertyInfo[] _path;
    private readonly OptionAttribute _said;
    private readonly (string Word, object Value)[] _words;

    internal OptionDescription(PropertyInfo[] path, OptionAttribute said)
    {
        (_path, _said) = (path, said);
        var type = Nullable.GetUnderlyingType(path[^1].PropertyType) ?? path[^1].PropertyType;
        IsList = type.IsGenericType;
        Type = IsList ? type.GetGenericArguments()[0] : type;
        Needs = [.. path.SkipLast(1).Select(property => property.GetCustomAttribute<OptionGroupAttribute>()?.Needs)
            .OfType<string>(), .. said.Needs];
        Key = said.Key ?? said.Name.TrimStart('-').Replace('-', '_');
        _words = [.. WordsOf(Type, said.Words)];
    }

    /// <summary>On the command line; empty where it has none.</summary>
    public string Name => _said.Name;

    /// <summary>In YAML.</summary>
    public string Key { get; }

    /// <summary>What it does, with the range.</summary>
    public string Help => HasRange ? $"{_said.Help} [{ForPeople(_said.Lowest)} to {ForPeople(_said.Highest)}]" : _said.Help;

    /// <inheritdoc cref="OptionAttribute.Aliases"/>
    public IReadOnlyList<string> Aliases => _said.Aliases;

    /// <summary>What the help calls its value.</summary>
    public string? ValueName => _said.ValueName
        ?? (IsNumber ? string.Join('|', ["n", .. Words]) : Words.Count > 0 ? string.Join('|', Words) : null);

    /// <inheritdoc cref="OptionAttribute.Words"/>
    public IReadOnlyList<string> Words => [.. _words.Select(pair => pair.Word)];

    /// <inheritdoc cref="OptionAttribute.Changes"/>
    public OptionEffect Changes => _said.Changes;

    /// <inheritdoc cref="OptionAttribute.Section"/>
    public string? Section => _said.Section;

    /// <inheritdoc cref="OptionAttribute.IsPath"/>
    public bool IsPath => _said.IsPath;

    /// <summary>Whether the command line names it without a value.</summary>
    public bool IsFlag => Type == typeof(bool) && _words.Length == 0;

    /// <summary>Whether several values may follow.</summary>
    public bool IsList { get; }

    /// <summary>Whether it must be given.</summary>
    public bool IsRequired => _path[^1].GetCustomAttribute<RequiredMemberAttribute>() is not null;

    /// <inheritdoc cref="OptionAttribute.HidesDefault"/>
    public bool HidesDefault => _said.HidesDefault;

    /// <inheritdoc cref="OptionAttribute.Implied"/>
    public string? Implied => _said.Implied;

    /// <summary>What naming a flag means.</summary>
    public bool FlagMeans => !_said.IsInverted;

    internal OptionAttribute Said => _said;

    internal IReadOnlyList<string> Needs { get; }

    // Of a list, of what it holds.
    private Type Type { get; }

    private bool IsWhole => Type == typeof(int) || Type == typeof(long) || Type == typeof(ulong);

    private bool IsNumber => IsWhole || Type == typeof(double) || Type == typeof(float);

    private bool HasRange => IsNumber && double.IsFinite(_said.Lowest);

    /// <summary>Its value; null where there is none, or where the record that holds it is not there.</summary>
    /// <param name="options">The record.</param>
    public object? Get(object options) =>
        _path.Aggregate((object?)options, (record, property) => record is null ? null : property.GetValue(record));

    /// <summary>What holds where nothing is said: of a record that is not there, what a new one has.</summary>
    /// <param name="options">The record where nothing is said.</param>
    public object? Standard(object options) => _path.Aggregate((object?)options, (record, property) =>
        property.GetValue(record ?? Activator.CreateInstance(property.DeclaringType!)));

    /// <summary>The same record with another value. Where the record that holds it is not there, nothing changes.</summary>
    /// <param name="options">The record.</param>
    /// <param name="value">As <see cref="TryRead(string, out object?)"/> gives it.</param>
    public T Set<T>(T options, object? value)
        where T : class => (T)Set(options, 0, value);

    /// <summary>A value from several texts: a list; of anything else the last one counts.</summary>
    /// <param name="texts">Word by word; numbers of a list may also be separated by commas.</param>
    /// <param name="value">The value.</param>
    /// <param name="wrong">The word that is none that is allowed.</param>
    public bool TryRead(IEnumerable<string> texts, out object? value, out string wrong)
    {
        (value, wrong) = (null, "");
        var values = new List<object>();
        foreach (var text in IsList && IsNumber ? texts.SelectMany(text => text.Split(',')) : texts)
        {
            if (!TryRead(wrong = text, out value)) return false;
            values.Add(value!);
        }

        if (IsList) value = IsWhole ? new ValueList<int>(values.Cast<int>()) : new ValueList<string>(values.Cast<string>());
        return true;
    }

    /// <summary>A value from a text.</summary>
    /// <param name="text">One word.</param>
    /// <param name="value">The value.</param>
    /// <returns>False where it is none that is allowed; <see cref="Wanted"/> then says what is.</returns>
    public bool TryRead(string text, out object? value)
    {
        value = Array.Find(_words, pair => pair.Word.Equals(text, StringComparison.OrdinalIgnoreCase)).Value;
        if (value is not null) return true;
        if (IsNumber && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= _said.Lowest
            && number <= _said.Highest)
            value = !IsWhole || number == Math.Floor(number) ? Convert.ChangeType(number, Type, CultureInfo.InvariantCulture) : null;
        else if (Type == typeof(string) && _words.Length == 0 && (_said.Pattern is null || Regex.IsMatch(text, _said.Pattern)))
            value = text;
        else if (IsFlag) value = text switch { "true" or "yes" or "on" => true, "false" or "no" or "off" => false, _ => null };
        return value is not null;
    }

    /// <summary>What is allowed: the end of a sentence such as <c>epochs must be</c>.</summary>
    /// <param name="range">How a range is written between its bounds: <c>from {0} to {1}</c>.</param>
    public string Wanted(string range)
    {
        if (IsFlag) return "true or false";
        if (_said.Pattern is not null) return $"one of {string.Join(", ", ValueName!.Split('|'))}";
        if (!IsNumber) return $"one of {string.Join(", ", Words)}";
        var bounds = string.Format(CultureInfo.InvariantCulture, range, Bound(_said.Lowest), Bound(_said.Highest));
        return $"{(IsWhole ? "a whole number" : "a number")} {bounds}{string.Concat(Words.Select(word => $" or {word}"))}";
    }

    /// <summary>A value as a command line or an experiment file says it.</summary>
    public string Word(object value) => Array.Find(_words, pair => pair.Value.Equals(value)).Word ?? value switch
    {
        bool flag => flag ? "true" : "false",
        string text => text,
        IEnumerable several => string.Join(' ', several.Cast<object>().Select(Word)),
        _ => ((IFormattable)value).ToString(null, CultureInfo.InvariantCulture),
    };

    /// <summary>A value as a run's <c>options.yaml</c> has it. An enumeration is written by its member's name there,
    /// in a section of its own in quotes.</summary>
    public string Scalar(object? value) => value switch
    {
        null => "null",
        Enum member => _path.SkipLast(1).Any(IsNullable) ? $"\"{member}\"" : $"{member}",
        bool flag when IsFlag => flag ? "true" : "false",
        IFormattable number when _words.All(pair => !pair.Value.Equals(number)) => number.ToString(null, CultureInfo.InvariantCulture),
        _ => $"\"{Word(value).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"",
    };

    /// <summary>Refuses a number outside the range.</summary>
    /// <exception cref="OptionException">Names value and range.</exception>
    internal void RefuseOutside(object? value)
    {
        if (!HasRange || value is null || !_path[^1].GetMethod!.IsPublic || Array.Exists(_words, pair => pair.Value.Equals(value))) return;
        foreach (var number in IsList ? ((IEnumerable)value).Cast<object>() : [value])
            OptionException.ThrowIfOutside(Convert.ToDouble(number, CultureInfo.InvariantCulture), _said.Lowest, _said.Highest,
                _said.Called ?? $"The {Key.Replace('_', ' ')}");
    }

    private object Set(object record, int depth, object? value)
    {
        var property = _path[depth];
        if (depth < _path.Length - 1)
        {
            if (property.GetValue(record) is not { } inner) return record;
            value = Set(inner, depth + 1, value);
        }

        // What `record with { Property = value }` compiles to.
        var copy = record.GetType().GetMethod("<Clone>$")!.Invoke(record, null)!;
        property.SetValue(copy, value);
        return copy;
    }

    private static bool IsNullable(PropertyInfo property) =>
        new NullabilityInfoContext().Create(property).ReadState == NullabilityState.Nullable;

    private static IEnumerable<(string Word, object Value)> WordsOf(Type type, string[]? words)
    {
        if (!type.IsEnum)
        {
            return (words ?? []).Select((word, place) =>
                (word, type == typeof(bool) ? place == 0 : type == typeof(string) ? word : (object)double.NaN));
        }

        var members = type.GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(member => (Word: member.GetCustomAttribute<OptionWordAttribute>()?.Word ?? member.Name.ToLowerInvariant(),
                Value: member.GetValue(null)!));
        return words is null ? members : words.Select(word => members.First(member => member.Word == word));
    }

    private string Bound(double bound) =>
        IsWhole ? ((long)bound).ToString(CultureInfo.InvariantCulture) : bound.ToString("0.############", CultureInfo.InvariantCulture);

    private static string ForPeople(double bound) => bound.ToString("#,0.############", CultureInfo.InvariantCulture);
}
