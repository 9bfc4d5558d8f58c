namespace Espalier.Mutants;

/// <summary>One small mistake in a source file.</summary>
/// <param name="Number">By which it is switched on.</param>
/// <param name="File">The file.</param>
/// <param name="Line">The line, from 1 on.</param>
/// <param name="Original">What the file says.</param>
/// <param name="Replacement">What the mutant says in its place.</param>
internal sealed record Mutant(int Number, string File, int Line, string Original, string Replacement)
{
    public override string ToString() => $"{Path.GetFileName(File)}:{Line}: {Short(Original)} → {Short(Replacement)}";

    private static string Short(string code)
    {
        var line = string.Join(' ', code.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= 70 ? line : line[..70] + "…";
    }
}
