using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Espalier.DetectionLines;

/// <summary>What the program finds itself on.</summary>
internal static class Machine
{
    public static string Text =>
        $"{RuntimeInformation.FrameworkDescription} on {RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}, " +
        $"{Environment.ProcessorCount} cores, vectors of {Bits} bits";

    private static int Bits =>
        Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 0;
}
