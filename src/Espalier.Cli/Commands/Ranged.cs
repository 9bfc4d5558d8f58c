using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace Espalier.Cli.Commands;

/// <summary>Makes options whose values are checked against a range that the complaint and the help name.</summary>
internal static class Ranged
{
    /// <summary>A number between two bounds, both allowed.</summary>
    public static Option<T> Number<T>(string name, string description, T standard, T lowest, T highest, params string[] aliases)
        where T : struct, INumber<T> => new(name, aliases)
        {
            Description = Describe(description, lowest, highest),
            HelpName = "n",
            DefaultValueFactory = _ => standard,
            CustomParser = result => Parse(result, Text(result), name, lowest, highest),
        };

    /// <summary>One of a few words.</summary>
    public static Option<string> Word(string name, string description, string standard, params string[] words)
    {
        var option = new Option<string>(name) { Description = description, HelpName = string.Join('|', words), DefaultValueFactory = _ => standard };
        AcceptOnly(option, words);
        return option;
    }

    private static void AcceptOnly(Option option, string[] words) => option.Validators.Add(result =>
    {
        if (result.Tokens.Count == 1 && !words.Contains(result.Tokens[0].Value, StringComparer.Ordinal))
        {
            result.AddError($"{option.Name} is one of {string.Join(", ", words)}, not '{result.Tokens[0].Value}'.");
        }
    });

    private static T Parse<T>(ArgumentResult result, string text, string name, T lowest, T highest)
        where T : struct, INumber<T>
    {
        if (T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= lowest && value <= highest) return value;
        var kind = typeof(T) == typeof(int) || typeof(T) == typeof(long) ? "a whole number" : "a number";
        result.AddError($"{name} is {kind} from {Show(lowest)} to {Show(highest)}, not '{text}'.");
        return default;
    }

    private static string Text(ArgumentResult result) => result.Tokens.Count > 0 ? result.Tokens[^1].Value : string.Empty;

    private static string Describe<T>(string description, T lowest, T highest)
        where T : IFormattable => $"{description} [{Show(lowest)}…{Show(highest)}]";

    private static string Show<T>(T value)
        where T : IFormattable => value.ToString(null, CultureInfo.InvariantCulture);
}
