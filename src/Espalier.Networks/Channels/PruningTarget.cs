using System.Text.Json;
using System.Text.Json.Serialization;
using Espalier.Core;

namespace Espalier.Networks;

/// <summary>What a share of a network is counted in.</summary>
public enum PruningMeasure
{
    /// <summary>Free channels.</summary>
    Channels,

    /// <summary>Trainable parameters.</summary>
    Parameters,

    /// <summary>Floating-point operations of the convolutions.</summary>
    Operations,
}

/// <summary>
/// How much of a network is to be kept: <see cref="KeepShare"/>, <see cref="ScoreThreshold"/> or <see cref="LatencyBudget"/>.
/// </summary>
[JsonConverter(typeof(PruningTargetFormat))]
public abstract record PruningTarget
{
    /// <summary>What its number is, as files call it: a <see cref="PruningMeasure"/>, <c>Score</c> or <c>Milliseconds</c>.</summary>
    public abstract string Measure { get; }

    /// <summary>Its number, as files and the names of cuts have it.</summary>
    public abstract double Number { get; }

    /// <summary>What is left, and what a channel's going saves, is counted in this.</summary>
    public virtual PruningMeasure Counts => PruningMeasure.Operations;

    /// <exception cref="OptionException">Its number is outside its range, or does not go with other options.</exception>
    internal abstract void Validate(PruningOptions options);

    private protected void Positive(string what)
    {
        if (!(Number > 0 && double.IsFinite(Number))) throw new OptionException(FormattableString.Invariant($"{what} {Number}."));
    }
}

/// <summary>A share of a network.</summary>
/// <param name="Of">What is counted.</param>
/// <param name="Share">The share, above 0 and up to 1.</param>
public sealed record KeepShare(PruningMeasure Of, double Share) : PruningTarget
{
    /// <inheritdoc/>
    public override string Measure => Of.ToString();

    /// <inheritdoc/>
    public override double Number => Share;

    /// <inheritdoc/>
    public override PruningMeasure Counts => Of;

    internal override void Validate(PruningOptions options)
    {
        if (!(Share > 0 && Share <= 1))
            throw new OptionException(FormattableString.Invariant($"The share to keep must be above 0 and up to 1, but is {Share}."));
    }
}

/// <summary>Every channel that scores less goes, however many that are.</summary>
/// <param name="Least">The least score that stays, above 0.</param>
public sealed record ScoreThreshold(double Least) : PruningTarget
{
    /// <inheritdoc/>
    public override string Measure => "Score";

    /// <inheritdoc/>
    public override double Number => Least;

    /// <inheritdoc/>
    public override PruningMeasure Counts => PruningMeasure.Channels;

    internal override void Validate(PruningOptions options)
    {
        Positive("The least score that stays must be a number above 0, but is");
        if (options.IsPerCost) throw new OptionException("A least score compares scores as they are; it does not go with scores per cost.");
        if (options.Uniform)
            throw new OptionException("A least score is the same for all layers; it does not go with keeping the same share of each.");
    }
}

/// <summary>What takes no longer than this on the machine at hand. Whoever can measure looks for the share; the planner cannot.</summary>
/// <param name="Milliseconds">The most that a picture may take, above 0.</param>
/// <param name="Whole">
/// What the whole network takes where those milliseconds were measured, above 0: a machine that is slower or faster by now is so for both,
/// and what counts is the share. Null where the milliseconds are those of now.
/// </param>
public sealed record LatencyBudget(double Milliseconds, double? Whole = null) : PruningTarget
{
    /// <inheritdoc/>
    public override string Measure => "Milliseconds";

    /// <inheritdoc/>
    public override double Number => Milliseconds;

    internal override void Validate(PruningOptions options)
    {
        Positive("The milliseconds of a picture must be a number above 0, but are");
        if (Whole is { } whole && !(whole > 0 && double.IsFinite(whole)))
            throw new OptionException(FormattableString.Invariant($"The whole network's milliseconds must be above 0, but are {whole}."));
    }
}

/// <summary>A target in files: <c>{ "measure": "operations", "keep": 0.4 }</c>.</summary>
internal sealed class PruningTargetFormat : JsonConverter<PruningTarget>
{
    public override PruningTarget Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonSerializer.Deserialize<Written>(ref reader, options)! switch
        {
            { Measure: "score" } score => new ScoreThreshold(score.Keep),
            { Measure: "milliseconds" } time => new LatencyBudget(time.Keep, time.Whole),
            var share when Enum.TryParse<PruningMeasure>(share.Measure, ignoreCase: true, out var of) && Enum.IsDefined(of) =>
                new KeepShare(of, share.Keep),
            var other => throw new JsonException($"there is no measure '{other.Measure}'"),
        };

    public override void Write(Utf8JsonWriter writer, PruningTarget value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, new Written(JsonNamingPolicy.CamelCase.ConvertName(value.Measure), value.Number,
            (value as LatencyBudget)?.Whole), options);

    private sealed record Written(
        string Measure, double Keep, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Whole = null);
}
