using static Espalier.Networks.OnnxBody;

namespace Espalier.Networks;

/// <summary>
/// From raw heads to boxes in pixels, once for the predictions of all levels: xy = 2σ · stride + (cell − ½) · stride, wh = (2σ)² · anchor,
/// the rest σ. Where the image size is fixed the cells, strides and anchors are constants; where it is free they are computed from the
/// image's shape, which a runtime that is told the size folds away when it loads the file.
/// </summary>
internal sealed class DecodingEmission(OnnxBody body, DetectNode detect)
{
    private readonly int _columns = detect.Classes + 5;

    /// <summary>Emits the decoding.</summary>
    /// <param name="heads">The raw heads' names, a level each: (batch, anchors × columns, rows, columns).</param>
    /// <param name="image">The image's name.</param>
    /// <param name="size">Rows and columns of the image, or null where they are free.</param>
    /// <param name="output">The name of the result: (batch, predictions, 5 + classes).</param>
    public void Emit(IReadOnlyList<string> heads, string image, (int Height, int Width)? size, string output)
    {
        var rows = Joined("rows", [.. heads.Select(Rows)]);
        var shares = body.Add("Sigmoid", Name("sigmoid"), [rows]);
        string[] parts = [Name("xy"), Name("wh"), Name("scores")];
        body.AddOperation("Split", Name("split"), [shares, body.Integers(Name("parts"), 2, 2, _columns - 4)], parts, Attribute("axis", 2));

        var grid = size is { } fixedSize ? FixedGrid(fixedSize.Height, fixedSize.Width) : FreeGrid(image);
        var centers = body.Add("Add", Name("centers"), [body.Add("Mul", Name("xy.scaled"), [parts[0], grid.Scales]), grid.Corners]);
        var squares = body.Add("Mul", Name("wh.squared"), [parts[1], parts[1]]);
        var extents = body.Add("Mul", Name("extents"), [squares, grid.Anchors]);
        body.Add("Concat", output, [centers, extents, parts[2]], Attribute("axis", 2));
    }

    /// <summary>What the shares of a prediction are scaled and moved by.</summary>
    /// <param name="Scales">(1, predictions, 2): twice the stride; as wide as what they scale,
    /// which a runtime multiplies several times faster.</param>
    /// <param name="Corners">(1, predictions, 2): (cell − ½) · stride.</param>
    /// <param name="Anchors">(1, predictions, 2): four times the anchor.</param>
    private sealed record Grid(string Scales, string Corners, string Anchors);

    /// <summary>One level's predictions as rows, ordered by anchor, row, column.</summary>
    private string Rows(string head, int level)
    {
        var anchors = detect.Anchors[level].Length / 2;
        var split = body.Add("Reshape", Name($"{level}.split"), [head, body.Integers(Name($"split.{anchors}"), 0, anchors, _columns, -1)]);
        var turned = body.Add("Transpose", Name($"{level}.turned"), [split], Attribute("perm", 0, 1, 3, 2));
        return body.Add("Reshape", Name($"{level}.rows"), [turned, body.Integers(Name("rows.shape"), 0, -1, _columns)]);
    }

    private Grid FixedGrid(int height, int width)
    {
        var (scales, corners, sides) = (new List<float>(), new List<float>(), new List<float>());
        for (var level = 0; level < detect.Strides.Length; level++)
        {
            var (stride, anchors) = (detect.Strides[level], detect.Anchors[level]);
            for (var anchor = 0; anchor < anchors.Length; anchor += 2)
            {
                for (var row = 0; row < height / stride; row++)
                {
                    for (var column = 0; column < width / stride; column++)
                    {
                        scales.AddRange(2 * stride, 2 * stride);
                        corners.AddRange((column - 0.5f) * stride, (row - 0.5f) * stride);
                        sides.AddRange(4 * anchors[anchor], 4 * anchors[anchor + 1]);
                    }
                }
            }
        }

        return new Grid(
            body.Floats(Name("scales"), [1, scales.Count / 2, 2], [.. scales]),
            body.Floats(Name("corners"), [1, corners.Count / 2, 2], [.. corners]),
            body.Floats(Name("anchors"), [1, sides.Count / 2, 2], [.. sides]));
    }

    private Grid FreeGrid(string image)
    {
        var height = body.Add("Shape", Name("height"), [image], Attribute("start", 2), Attribute("end", 3));
        var width = body.Add("Shape", Name("width"), [image], Attribute("start", 3), Attribute("end", 4));
        var levels = Enumerable.Range(0, detect.Strides.Length).Select(level => FreeLevel(level, height, width)).ToArray();
        return new Grid(
            Joined("scales", [.. levels.Select(grid => grid.Scales)]),
            Joined("corners", [.. levels.Select(grid => grid.Corners)]),
            Joined("anchors", [.. levels.Select(grid => grid.Anchors)]));
    }

    private Grid FreeLevel(int level, string height, string width)
    {
        var (stride, anchors) = (detect.Strides[level], detect.Anchors[level]);
        var pixels = body.Integers(Name($"{level}.stride"), stride);
        var rows = body.Add("Div", Name($"{level}.grid.rows"), [height, pixels]);
        var columns = body.Add("Div", Name($"{level}.grid.columns"), [width, pixels]);
        var count = body.Integers(Name($"{level}.anchors.count"), anchors.Length / 2);
        var one = body.Integers("one", 1);
        var shape = body.Add("Concat", Name($"{level}.grid.shape"), [count, rows, columns, one], Attribute("axis", 0));
        var list = body.Integers("as.list", 1, -1, 2);

        var across = body.Add("Expand", Name($"{level}.across"), [Edges(level, "x", columns, stride, 1, 1, -1, 1), shape]);
        var down = body.Add("Expand", Name($"{level}.down"), [Edges(level, "y", rows, stride, 1, -1, 1, 1), shape]);
        var corners = body.Add("Concat", Name($"{level}.corners.grid"), [across, down], Attribute("axis", 3));
        var sides = body.Floats(Name($"{level}.anchors.sides"), [anchors.Length / 2, 1, 1, 2], [.. anchors.Select(side => 4 * side)]);
        var scale = body.Floats(Name($"{level}.scale"), [1, 1, 1, 1], [2 * stride]);
        var pairs = body.Add("Concat", Name($"{level}.pairs.shape"), [count, rows, columns, body.Integers("two", 2)], Attribute("axis", 0));
        return new Grid(
            body.Add("Reshape", Name($"{level}.scales"), [body.Add("Expand", Name($"{level}.scales.grid"), [scale, pairs]), list]),
            body.Add("Reshape", Name($"{level}.corners"), [corners, list]),
            body.Add("Reshape", Name($"{level}.anchors"), [body.Add("Expand", Name($"{level}.anchors.grid"), [sides, shape]), list]));
    }

    /// <summary>(0, 1, …, cells − 1 minus ½) · stride, laid along one axis.</summary>
    private string Edges(int level, string axis, string cells, int stride, params ReadOnlySpan<long> shape)
    {
        var name = Name($"{level}.{axis}");
        var count = body.Add("Squeeze", $"{name}.count", [cells]);
        var numbers = body.Add("Range", $"{name}.range", [body.Integer("range.start", 0), count, body.Integer("range.step", 1)]);
        var floats = body.Add("Cast", $"{name}.floats", [numbers], Attribute("to", (long)Onnx.TensorProto.Types.DataType.Float));
        var scaled = body.Add("Mul", $"{name}.scaled", [floats, body.Float(Name($"{level}.pixels"), stride)]);
        var moved = body.Add("Sub", $"{name}.moved", [scaled, body.Float(Name($"{level}.half"), stride / 2f)]);
        return body.Add("Reshape", name, [moved, body.Integers($"as.{axis}", shape)]);
    }

    /// <summary>The levels one after another; a single level needs no joining.</summary>
    private string Joined(string name, string[] levels) =>
        levels is [var only] ? only : body.Add("Concat", Name(name), levels, Attribute("axis", 1));

    private string Name(string part) => $"{detect.Name}.{part}";
}
