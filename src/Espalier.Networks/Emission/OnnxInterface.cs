namespace Espalier.Networks;

/// <summary>What an emitted file takes and gives.</summary>
public enum OnnxInterface
{
    /// <summary>As YOLOv5's own exporter writes it: (batch, 3, height, width) floats 0…1 in,
    /// (batch, predictions, 5 + classes) decoded boxes out.</summary>
    Standard,

    /// <summary>
    /// For Espalier's runtime, and the fastest: pixels as they lie in memory in, (batch, height, width, 4) bytes RGBX; raw rows out,
    /// (batch, predictions, 5 + classes) before the sigmoid, of which the runtime decodes those that matter. Within a level the order is
    /// row, column, anchor.
    /// </summary>
    Bytes,
}
