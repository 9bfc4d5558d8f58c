using System.Globalization;
using System.Text;

namespace Espalier.Runtime;

/// <summary>A value as Python prints it.</summary>
internal abstract record PythonValue
{
    /// <summary>Text, a number, True, False or None, as <c>str()</c> gives it.</summary>
    internal sealed record Scalar(string Text) : PythonValue;

    /// <summary>A list or a tuple.</summary>
    internal sealed record List(IReadOnlyList<PythonValue> Items) : PythonValue;

    /// <summary>A dictionary, in order.</summary>
    internal sealed record Map(IReadOnlyList<KeyValuePair<PythonValue, PythonValue>> Entries) : PythonValue;
}

/// <summary>
/// Reads what <c>str()</c> and <c>repr()</c> print of plain values: text with every escape, numbers, True, False, None, lists, tuples and
/// dictionaries, and the few wrappers that exporters leave around them (<c>tensor(32.)</c>, <c>np.int64(1)</c>, <c>OrderedDict(…)</c>).
/// Nothing is evaluated.
/// </summary>
internal sealed class PythonLiteral
{
    /// <summary>Deeper than any metadata.</summary>
    private const int MaximumDepth = 16;

    // Calls that stand for their first argument.
    private static readonly HashSet<string> Wrappers = new(StringComparer.Ordinal)
    {
        "tensor", "Tensor", "array", "OrderedDict", "dict", "list", "tuple", "str_", "bool_",
        "int8", "int16", "int32", "int64", "uint8", "float16", "float32", "float64",
    };

    private readonly string _text;
    private int _position;
    private int _depth;

    private PythonLiteral(string text) => _text = text;

    private char Next => _position < _text.Length ? _text[_position] : '\0';

    /// <summary>The value of a text; null where the text is none.</summary>
    public static PythonValue? Parse(string text)
    {
        try
        {
            var reader = new PythonLiteral(text);
            var value = reader.Value();
            return reader.Next == '\0' && reader._position == text.Length ? value : null;
        }
        catch (Exception exception) when (exception is FormatException or OverflowException)
        {
            return null;
        }
    }

    private PythonValue Value()
    {
        if (++_depth > MaximumDepth) throw new FormatException();
        SkipSpace();
        var value = Next switch
        {
            '[' => new PythonValue.List(Items(']')),
            '(' => Tuple(),
            '{' => new PythonValue.Map(Entries()),
            '\'' or '"' => new PythonValue.Scalar(Quoted(isRaw: false)),
            _ => Word(),
        };
        SkipSpace();
        _depth--;
        return value;
    }

    /// <summary>A tuple, or a value in brackets.</summary>
    private PythonValue Tuple()
    {
        var start = _position;
        var items = Items(')');
        var hasComma = _text.AsSpan(start, _position - start - 1).TrimEnd().EndsWith(",");
        return items.Count == 1 && !hasComma ? items[0] : new PythonValue.List(items);
    }

    private List<PythonValue> Items(char end)
    {
        var items = new List<PythonValue>();
        for (Take(); !Ends(end, items.Count > 0);) items.Add(Value());
        return items;
    }

    private List<KeyValuePair<PythonValue, PythonValue>> Entries()
    {
        var entries = new List<KeyValuePair<PythonValue, PythonValue>>();
        for (Take(); !Ends('}', entries.Count > 0);)
        {
            var key = Value();
            if (Take() != ':') throw new FormatException();
            entries.Add(KeyValuePair.Create(key, Value()));
        }

        return entries;
    }

    /// <summary>Whether a row of values ends here; takes the comma before the next one.</summary>
    private bool Ends(char end, bool needsComma)
    {
        SkipSpace();
        if (needsComma && Next == ',')
        {
            Take();
            SkipSpace();
            needsComma = false;
        }

        if (Next == end)
        {
            Take();
            return true;
        }

        return needsComma ? throw new FormatException() : false;
    }

    /// <summary>A number, one of Python's words, or a wrapper around a value.</summary>
    private PythonValue Word()
    {
        var start = _position;
        while (char.IsAsciiLetterOrDigit(Next) || Next is '_' or '.' or '+' or '-') Take();
        var word = _text[start.._position];
        if (Next is '\'' or '"' && word.ToLowerInvariant() is "u" or "r") return new PythonValue.Scalar(Quoted(word is "r" or "R"));
        if (Next == '(') return Wrapped(word);
        if (word is "True" or "False" or "None" or "inf" or "-inf" or "nan") return new PythonValue.Scalar(word);
        return word.Length > 0 && word[^1] is not ('+' or '-')
            && double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out _)
            && !word.Any(letter => letter is not ('e' or 'E') && char.IsAsciiLetter(letter))
            ? new PythonValue.Scalar(word)
            : throw new FormatException();
    }

    private PythonValue Wrapped(string name)
    {
        Take();
        var values = new List<PythonValue>();
        while (!Ends(')', values.Count > 0)) values.Add(Argument());
        if (name == "datetime.date" && values is [PythonValue.Scalar year, PythonValue.Scalar month, PythonValue.Scalar day])
            return new PythonValue.Scalar($"{year.Text.PadLeft(4, '0')}-{month.Text.PadLeft(2, '0')}-{day.Text.PadLeft(2, '0')}");
        if (!Wrappers.Contains(name[(name.LastIndexOf('.') + 1)..]) || values.Count == 0) throw new FormatException();
        return values[0] is PythonValue.List list && name.EndsWith("OrderedDict", StringComparison.Ordinal) ? Pairs(list) : values[0];
    }

    private static PythonValue.Map Pairs(PythonValue.List list)
        => new([.. list.Items.Select(item => item is PythonValue.List { Items: [var key, var value] }
            ? KeyValuePair.Create(key, value)
            : throw new FormatException())]);

    /// <summary>A value, or a named one such as <c>dtype=torch.float32</c>, whose value does not matter.</summary>
    private PythonValue Argument()
    {
        SkipSpace();
        var start = _position;
        while (char.IsAsciiLetterOrDigit(Next) || Next == '_') Take();
        if (_position == start || Next != '=')
        {
            _position = start;
            return Value();
        }

        while (Next is not (',' or ')' or '\0')) Take();
        return new PythonValue.Scalar("");
    }

    private string Quoted(bool isRaw)
    {
        var (quote, builder) = (Take(), new StringBuilder());
        for (var letter = Take(); letter != quote; letter = Take())
        {
            if (letter != '\\') builder.Append(letter);
            else if (isRaw) builder.Append(letter).Append(Take());
            else Escape(builder);
        }

        var text = builder.ToString();

        // Half of a pair is no letter; files and terminals could not hold such a name.
        return text.EnumerateRunes().All(rune => rune != Rune.ReplacementChar) || text.Contains('\uFFFD')
            ? text : throw new FormatException();
    }

    private void Escape(StringBuilder builder)
    {
        var letter = Take();
        switch (letter)
        {
            case 'x':
                builder.Append((char)Code(2, 16));
                break;
            case 'u':
                builder.Append((char)Code(4, 16));
                break;
            case 'U':
                builder.Append(Rune.TryCreate(Code(8, 16), out var rune) ? rune.ToString() : throw new FormatException());
                break;
            case 'N':
                throw new FormatException();
            case >= '0' and <= '7':
                _position--;
                var digits = 1;
                while (digits < 3 && _position + digits < _text.Length && _text[_position + digits] is >= '0' and <= '7') digits++;
                builder.Append((char)Code(digits, 8));
                break;
            case '\n':
                break;
            default:
                var place = "abfnrtv\\'\"".IndexOf(letter, StringComparison.Ordinal);
                if (place >= 0) builder.Append("\a\b\f\n\r\t\v\\'\""[place]);
                else builder.Append('\\').Append(letter); // Python keeps the backslash of what is no escape.
                break;
        }
    }

    private int Code(int digits, int numberBase)
    {
        var code = 0;
        for (var i = 0; i < digits; i++)
        {
            var digit = Take();
            if (!char.IsAsciiHexDigit(digit)) throw new FormatException();
            code = checked((code * numberBase) + Convert.ToInt32(digit.ToString(), 16));
        }

        return code;
    }

    private char Take() => _position < _text.Length ? _text[_position++] : throw new FormatException();

    private void SkipSpace()
    {
        while (char.IsWhiteSpace(Next)) Take();
    }
}
