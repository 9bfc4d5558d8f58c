using System.Collections;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Espalier.Core;

/// <summary>
/// Records that are kept as JSON. A file may hold anything, so that what a record declares is what is required when it is read: types,
/// members that must be there, which of them may be null, names of enumerations, ranges (<see cref="StoredRangeAttribute"/>), and what
/// a record says of itself (<see cref="IStoredRecord"/>). Whatever is wrong is a <see cref="JsonException"/>.
/// </summary>
[RequiresUnreferencedCode("Members are found by reflection.")]
[RequiresDynamicCode("Members are found by reflection.")]
internal static class StoredJson
{
    private static readonly ConcurrentDictionary<Type, Member[]> MembersOf = new();

    /// <summary>How such records are written and read.</summary>
    /// <param name="naming">How members and enumerations are named; as they are if null.</param>
    /// <param name="indented">Whether people shall read it.</param>
    /// <param name="partial">Whether a constructor's parameters may be missing, for whoever reads the record fills them in.</param>
    public static JsonSerializerOptions Format(JsonNamingPolicy? naming = null, bool indented = false, bool partial = false) => new()
    {
        PropertyNamingPolicy = naming,
        WriteIndented = indented,
        Converters = { new JsonStringEnumConverter(naming, allowIntegerValues: false) },
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = !partial,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    /// <summary>Reads a record, or a list of records.</summary>
    /// <param name="json">The text.</param>
    /// <param name="format">What <see cref="Format"/> gave.</param>
    /// <param name="name">What a fault calls it; its type if null.</param>
    /// <exception cref="JsonException">It is not such a record.</exception>
    public static T Read<T>(string json, JsonSerializerOptions format, string? name = null)
        where T : class
    {
        T? read;
        try
        {
            read = JsonSerializer.Deserialize<T>(json, format);
        }
        catch (Exception exception) when (
            exception is ArgumentException or InvalidOperationException or NotSupportedException or OverflowException)
        {
            // What members do when they are set.
            throw new JsonException(exception.Message, exception);
        }

        Visit(read ?? throw new JsonException("it is empty"), name ?? typeof(T).Name);
        return read;
    }

    private static void Visit(object value, string place)
    {
        if (value is IEnumerable several and not string)
        {
            foreach (var (index, item) in several.Cast<object?>().Index())
                Visit(item ?? throw new JsonException($"{place} holds null"), $"{place}[{index}]");
        }
        else if (IsRecord(value.GetType()))
        {
            Check(value, place);
        }
    }

    private static void Check(object record, string place)
    {
        foreach (var member in MembersOf.GetOrAdd(record.GetType(), Find))
        {
            var (here, value) = ($"{place}.{member.Property.Name}", member.Property.GetValue(record));
            if (value is null || IsDefaultArray(value)) continue;
            if (member.Range is { } range)
            {
                if (value is IEnumerable several and not string)
                    RequireInside(several.Cast<object?>().Count(), range, $"the length of {here}");
                else RequireInside(Convert.ToDouble(value, CultureInfo.InvariantCulture), range, here);
            }

            Visit(value, here);
        }

        if (record is IStoredRecord { Fault: { } fault }) throw new JsonException($"{place}: {fault}");
    }

    private static void RequireInside(double number, StoredRangeAttribute range, string what)
    {
        if (!(number >= range.Lowest && number <= range.Highest))
            throw new JsonException(string.Create(CultureInfo.InvariantCulture,
                $"{what} is {number}, and must be from {range.Lowest} to {range.Highest}"));
    }

    private static Member[] Find(Type type) =>
    [
        .. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.GetIndexParameters().Length == 0 && property.GetCustomAttribute<JsonIgnoreAttribute>() is null)
            .Select(property => new Member(property, property.GetCustomAttribute<StoredRangeAttribute>()))
            .Where(member => member.Range is not null || !IsPlain(member.Property.PropertyType)),
    ];

    // An ImmutableArray that was left out; whether it may be is for the record to say.
    private static bool IsDefaultArray(object value) => value.GetType().GetProperty("IsDefault")?.GetValue(value) is true;

    private static bool IsPlain(Type type) =>
        (Nullable.GetUnderlyingType(type) ?? type) is var plain && (plain.IsPrimitive || plain.IsEnum || plain == typeof(string));

    private static bool IsRecord(Type type) =>
        !IsPlain(type) && type.Namespace?.StartsWith(nameof(System), StringComparison.Ordinal) != true;

    private sealed record Member(PropertyInfo Property, StoredRangeAttribute? Range);
}
