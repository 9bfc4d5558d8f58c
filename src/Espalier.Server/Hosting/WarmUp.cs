using System.Text.Json;
using Espalier.Server.Models;
using Espalier.Server.Protocols;
using Espalier.Vision;

namespace Espalier.Server.Hosting;

/// <summary>Does what the first picture and the first answer would have to wait for: it loads and compiles what all use.</summary>
internal static class WarmUp
{
    /// <summary>Decodes a picture and writes an answer, while the models are being opened.</summary>
    public static void Formats()
    {
        Picture();
        var digit = new ReadGlyph("", 0, [], [new Alternative("", 0)]);
        var number = new ReadNumber("", 0, false, [], [[digit]]);
        JsonSerializer.SerializeToUtf8Bytes(
            new Answer<ReadPicture>("", [new ReadPicture("", 0, 0, [number], new Stages(0, 0, 0, 0, 0))]), Wire.Format);
    }

    /// <summary>Looks at a picture with the first model.</summary>
    public static void Look(IReadOnlyList<ServedModel> models)
    {
        if (models is not [var model, ..] || !model.TryBorrow()) return;
        try
        {
            if (model.ReadsNumbers) model.DetectDigits(Picture(), out _);
            else model.Detect(Picture(), out _);
        }
        finally
        {
            model.Return();
        }
    }

    private static Picture Picture() => PictureReader.Read(PictureWriter.EncodePng(new Picture(32, 32)));
}
