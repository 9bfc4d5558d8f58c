using System.Collections.Immutable;
using System.Text.Json;

namespace Espalier.Networks;

/// <summary>The members of a JSON object, each of the kind that is asked for or refused.</summary>
/// <param name="element">The object.</param>
/// <param name="where">What messages call it.</param>
internal sealed class JsonMembers(JsonElement element, string where)
{
    /// <summary>What messages call it.</summary>
    public string Where => where;

    /// <summary>A node's name.</summary>
    public string Name => Word("name");

    /// <summary>A node's row.</summary>
    public int Row => Whole("row");

    /// <summary>A node's inputs.</summary>
    public ImmutableArray<int> Inputs => Wholes("inputs", GraphLimits.Inputs);

    /// <summary>Whether there is such a member.</summary>
    public bool Has(string member) => element.TryGetProperty(member, out _);

    /// <summary>A whole number.</summary>
    public int Whole(string member) => ToWhole(Member(member), member);

    /// <summary>A number.</summary>
    public float Real(string member) => ToReal(Member(member), member);

    /// <summary>A text.</summary>
    public string Word(string member) => ToWord(Member(member), member);

    /// <summary>Yes or no.</summary>
    public bool Flag(string member) => Member(member).ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw new GraphException($"{where}: {member} must be true or false."),
    };

    /// <summary>At most so many whole numbers.</summary>
    public ImmutableArray<int> Wholes(string member, int most)
        => [.. List(member, most).Select(value => ToWhole(value, member))];

    /// <summary>At most so many texts.</summary>
    public ImmutableArray<string> Words(string member, int most)
        => [.. List(member, most).Select(value => ToWord(value, member))];

    /// <summary>At most so many lists of at most so many numbers.</summary>
    public ImmutableArray<ImmutableArray<float>> Reals(string member, int most, int mostEach)
        => [.. List(member, most).Select(level => level.ValueKind == JsonValueKind.Array && level.GetArrayLength() <= mostEach
            ? level.EnumerateArray().Select(value => ToReal(value, member)).ToImmutableArray()
            : throw new GraphException($"{where}: each level of {member} is a list of at most {mostEach} numbers."))];

    /// <summary>At most so many entries of any kind.</summary>
    public List<JsonElement> List(string member, int most)
    {
        var list = Member(member);
        return list.ValueKind == JsonValueKind.Array && list.GetArrayLength() <= most
            ? [.. list.EnumerateArray()]
            : throw new GraphException($"{where}: {member} must be a list of at most {most} entries.");
    }

    private int ToWhole(JsonElement value, string member) => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number)
        ? number
        : throw new GraphException($"{where}: {member} must be a whole number.");

    private float ToReal(JsonElement value, string member) => value.ValueKind == JsonValueKind.Number && value.TryGetSingle(out var number)
        ? number
        : throw new GraphException($"{where}: {member} must be a number.");

    private string ToWord(JsonElement value, string member)
        => value.ValueKind == JsonValueKind.String ? value.GetString()! : throw new GraphException($"{where}: {member} must be text.");

    private JsonElement Member(string member)
        => element.TryGetProperty(member, out var value) ? value : throw new GraphException($"{where}: {member} is missing.");
}
