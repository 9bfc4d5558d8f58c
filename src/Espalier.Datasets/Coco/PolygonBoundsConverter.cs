using System.Text.Json;
using System.Text.Json.Serialization;

namespace Espalier.Datasets.Coco;

/// <summary>
/// Of a segmentation, <c>[[x1, y1, x2, y2, …], …]</c>, only the box around it is kept: left, top, width, height. The points of COCO's own
/// file would fill a gigabyte. A mask in run lengths gives null.
/// </summary>
internal sealed class PolygonBoundsConverter : JsonConverter<double[]?>
{
    /// <inheritdoc/>
    public override double[]? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return null;
        }

        double[] low = [double.MaxValue, double.MaxValue], high = [double.MinValue, double.MinValue];
        var (depth, axis) = (1, 0);
        while (depth > 0 && reader.Read())
        {
            if (reader.TokenType == JsonTokenType.StartArray) (depth, axis) = (depth + 1, 0);
            else if (reader.TokenType == JsonTokenType.EndArray) depth--;
            else if (reader.TokenType != JsonTokenType.Number) reader.Skip();
            else
            {
                var value = reader.GetDouble();
                (low[axis], high[axis]) = (Math.Min(low[axis], value), Math.Max(high[axis], value));
                axis = 1 - axis;
            }
        }

        return high[1] >= low[1] ? [low[0], low[1], high[0] - low[0], high[1] - low[1]] : null;
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, double[]? value, JsonSerializerOptions options) =>
        throw new NotSupportedException("Polygons are read alone.");
}
