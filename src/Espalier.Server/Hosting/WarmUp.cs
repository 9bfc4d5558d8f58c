using System.Text.Json;
using Espalier.Server.Models;
using Espalier.Server.Protocols;
using Espalier.Vision;

namespace Espalier.Server.Hosting;

/// <summary>Looks at a picture and writes an answer before anybody asks: the first of either loads and compiles what all use.</summary>
internal static class WarmUp
{
    /// <summary>Uses the first model.</summary>
    public static void Run(IReadOnlyList<ServedModel> models)
    {
        var picture = PictureReader.Read(PictureWriter.EncodePng(new Picture(32, 32)));
        if (models is not [var model, ..] || !model.TryBorrow()) return;
        try
        {
            if (model.ReadsNumbers) model.DetectDigits(picture, out _);
            else model.Detect(picture, out _);
        }
        finally
        {
            model.Return();
        }

        var digit = new ReadGlyph("", 0, [], [new Alternative("", 0)]);
        var number = new ReadNumber("", 0, false, [], [[digit]]);
        JsonSerializer.SerializeToUtf8Bytes(
            new Answer<ReadPicture>("", [new ReadPicture("", 0, 0, [number], new Stages(0, 0, 0, 0, 0))]), Wire.Format);
    }
}
