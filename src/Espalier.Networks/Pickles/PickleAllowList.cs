namespace Espalier.Networks;

/// <summary>The Python names that a YOLOv5 checkpoint may mention. Everything else is refused by name.</summary>
internal static class PickleAllowList
{
    // The original's own modules and torch's layers become inert records, whatever the class.
    private static readonly string[] Modules =
    [
        "torch.nn.modules.", "torch.nn.parallel.", "models.", "utils.", "yolov5.models.", "yolov5.utils.", "numpy.",
    ];

    private static readonly HashSet<string> Names = new(StringComparer.Ordinal)
    {
        "collections.OrderedDict", "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_parameter", "torch.Size",
        "torch.DoubleStorage", "torch.LongStorage", "torch.FloatStorage", "torch.IntStorage", "torch.HalfStorage", "torch.BFloat16Storage",
        "torch.ShortStorage", "torch.ByteStorage", "torch.CharStorage", "torch.BoolStorage", "torch.device", "torch.dtype", "torch.float16",
        "torch.float32", "torch.float64", "torch.bfloat16", "torch.int64", "__builtin__.set", "builtins.set", "__builtin__.object",
        "builtins.object", "_codecs.encode", "argparse.Namespace", "pathlib.PosixPath", "pathlib.WindowsPath", "pathlib.PurePosixPath",
        "pathlib.PureWindowsPath",
        "pathlib._local.PosixPath", "pathlib._local.WindowsPath", "pathlib._local.PurePosixPath", "pathlib._local.PureWindowsPath",
        "datetime.datetime", "datetime.date", "torch._dynamo.eval_frame.OptimizedModule",
    };

    /// <summary>Whether a name is allowed.</summary>
    public static bool Allows(PickleName name) => Names.Contains(name.ToString())
        || Array.Exists(Modules, module => $"{name.Module}.".StartsWith(module, StringComparison.Ordinal));

    /// <summary>The number type of a storage class, or null for other names.</summary>
    public static ElementType? Storage(PickleName name) => name.ToString() switch
    {
        "torch.DoubleStorage" => ElementType.F64,
        "torch.LongStorage" => ElementType.I64,
        "torch.FloatStorage" => ElementType.F32,
        "torch.IntStorage" => ElementType.I32,
        "torch.HalfStorage" => ElementType.F16,
        "torch.BFloat16Storage" => ElementType.BF16,
        "torch.ShortStorage" => ElementType.I16,
        "torch.ByteStorage" => ElementType.U8,
        "torch.CharStorage" => ElementType.I8,
        "torch.BoolStorage" => ElementType.BOOL,
        _ => null,
    };
}
