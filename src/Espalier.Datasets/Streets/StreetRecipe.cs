using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Espalier.Streets;
using Espalier.Streets.Layout;

namespace Espalier.Datasets.Streets;

/// <summary><c>street.json</c>: how a generated street was made.</summary>
internal static class StreetRecipe
{
    public const string FileName = "street.json";

    private static readonly JsonSerializerOptions Format = new()
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string ToJson(StreetOptions street, StreetWriterOptions options) => JsonSerializer.Serialize(
        new
        {
            Generator = StreetGenerator.Version,
            street.Seed,
            Train = options.Training,
            Val = options.Validation,
            options.Test,
            Difficulty = street.Difficulty.ToString().ToLowerInvariant(),
            Balance = street.Balance.ToString().ToLowerInvariant(),
            street.EmptyShare,
            LetterShare = street.LetterShare > 0 ? street.LetterShare : (double?)null,
            street.DecoyShare,
            street.BoxMargin,
            DigitHeights = ViewpointSampler.DigitHeights(street.Difficulty),
            Fonts = street.Fonts.Select(font => font.Name),
            FontShare = street.Fonts.Count > 0 ? street.FontShare : 0,
            Crops = street.Crops is { } crops ? crops.Counts.Sum() : 0,
            CropShare = street.Crops is not null ? street.CropShare : 0,
        },
        Format) + "\n";
}
