namespace Espalier.Networks;

/// <summary>The number types that weights files hold; all are read into float32.</summary>
internal enum ElementType
{
    F64,
    I64,
    F32,
    I32,
    F16,
    BF16,
    I16,
    U8,
    I8,
    BOOL,
}
