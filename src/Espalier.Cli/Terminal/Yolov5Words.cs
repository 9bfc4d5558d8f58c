namespace Espalier.Cli.Terminal;

/// <summary>
/// What people type who know other commands, YOLOv5's before all: the command or option that means the same, or a sentence that says what
/// to do instead.
/// </summary>
internal static class Yolov5Words
{
    private const string Everywhere = "";

    // Other names of commands.
    private static readonly Dictionary<string, string> Commands = new()
    {
        ["val"] = "validate",
        ["detect"] = "predict",
        ["version"] = "--version",
        ["-v"] = "--version",
    };

    // What a command takes without a name, and people give by one.
    private static readonly (string Command, string Name)[] Unnamed =
    [
        ("train", "--data"), ("thin", "--data"), ("data check", "--data"), ("data stats", "--data"), ("data view", "--data"),
        ("validate", "--weights"), ("predict", "--weights"), ("read", "--weights"), ("prune", "--weights"), ("export", "--weights"),
        ("quantize", "--weights"), ("bench", "--weights"),
    ];

    // What judges weights takes data by name; after train, people put them first.
    private static readonly string[] DataByName = ["validate", "prune", "quantize"];

    // The command, YOLOv5's option, and the words in its place; values stay behind them.
    private static readonly (string Command, string Name, string[] Twin)[] Twins =
    [
        ("train", "--cos-lr", ["--cosine"]),
        ("train", "--image-weights", ["--balanced"]),
        ("train", "--noautoanchor", ["--no-autoanchor"]),
        ("train", "--cfg", ["--model"]),
        ("train", "--adam", ["--optimizer", "adam"]),
        (Everywhere, "--imgsz", ["--image-size"]),
        (Everywhere, "--img-size", ["--image-size"]),
        (Everywhere, "--conf-thres", ["--conf"]),
        (Everywhere, "--iou-thres", ["--iou"]),
        (Everywhere, "--max-det", ["--max-detections"]),
        (Everywhere, "--agnostic-nms", ["--agnostic"]),
    ];

    private static readonly (string Name, string Instead)[] Foreign =
    [
        ("--label-smoothing", "label_smoothing is a hyper-parameter: write it into a YAML file and give that by --hyp"),
        ("--single-cls", "a network of one class learns from a data.yaml with one name and labels of class 0"),
        ("--rect", "trainings take squares; validate batches pictures of like shape by itself"),
        ("--save-period", "weights/last.safetensors and weights/best.safetensors are written after every epoch; copy them to keep one"),
        ("--exist-ok", "a run never overwrites another: a number is added to --name where it is taken"),
        ("--noval", "every epoch is judged, for the best one is kept; a smaller --split takes less time"),
        ("--nosave", "checkpoints are always written, so that a run that was stopped can go on by --resume"),
        ("--quad", "there is no collation of four; --image-size of twice as many pixels sees as much"),
        ("--bucket", "data and weights are files here; download them first"),
        ("--local_rank", "several processes train together under mpirun"),
        ("--entity", "runs are written for TensorBoard and as CSV; there is no service to send them to"),
        ("--upload_dataset", "runs are written for TensorBoard and as CSV; there is no service to send them to"),
        ("--bbox_interval", "runs are written for TensorBoard and as CSV; there is no service to send them to"),
        ("--artifact_alias", "runs are written for TensorBoard and as CSV; there is no service to send them to"),
    ];

    /// <summary>The options of YOLOv5 that are another here, or none.</summary>
    public static IEnumerable<string> Names => [.. Twins.Select(entry => entry.Name), .. Foreign.Select(entry => entry.Name)];

    /// <summary>A command line in Espalier's words.</summary>
    /// <param name="words">What was typed.</param>
    /// <param name="instead">A sentence where one of them has no counterpart; else null.</param>
    public static IReadOnlyList<string> Translate(IReadOnlyList<string> words, out string? instead)
    {
        instead = null;
        if (words.Count == 0) return words;
        if (words[0] == "help") words = [.. words.Skip(1).Where(word => word != "all"), "--help", .. words.Where(word => word == "all")];
        words = [Commands.GetValueOrDefault(words[0], words[0]), .. words.Skip(1)];
        var path = words[0] == "data" ? Math.Min(2, words.Count) : 1;
        var command = string.Join(' ', words.Take(path));
        var speaksYolov5 = command is "train" or "validate" or "predict" or "export";
        if (DataByName.Contains(command) && words.Count > path && IsYaml(words[path]) && !words.Any(word => Split(word).Name == "--data"))
            words = [command, "--data", .. words.Skip(path)];
        var translated = words.Take(path).ToList();
        for (var place = path; place < words.Count; place++)
        {
            var (name, value) = Split(words[place]);
            if (command == "train" && Array.Find(Foreign, entry => entry.Name == name) is { Name: not null } foreign)
            {
                instead = $"{name} is YOLOv5's: {foreign.Instead}.";
                return words;
            }

            if (Unnamed.Contains((command, name)))
            {
                if ((value ?? words.ElementAtOrDefault(++place)) is { } unnamed) translated.Insert(path, unnamed);
                else translated.Add(name);
                continue;
            }

            var twin = speaksYolov5
                ? Array.Find(Twins, entry => entry.Name == name && (entry.Command == command || entry.Command == Everywhere)).Twin : null;
            if (twin is null) translated.Add(words[place]);
            else
            {
                translated.AddRange(twin);
                if (value is not null) translated.Add(value);
            }
        }

        if (command == "train") instead = Train(translated);
        return translated;
    }

    /// <summary>Values that mean something else there.</summary>
    private static string? Train(List<string> words)
    {
        // Weights of '' are none. Alone that may be a script's unset variable, which is refused as everywhere.
        if (words.Contains("--model")) Remove("--weights");
        if (words.Contains("--weights")) Remove("--model");
        Remove("--hyp");
        for (var place = 1; place < words.Count - 1; place++)
        {
            if (words[place] == "--batch" || words[place] == "--batch-size")
            {
                if (words[place + 1] == "-1")
                    return "--batch -1 is YOLOv5's: no size is chosen by itself; give how many pictures fit, such as 16.";
            }
            else if (words[place] == "--freeze")
            {
                var rows = words.Skip(place + 1).TakeWhile(word => int.TryParse(word, out _)).ToList();
                if (rows.Count < 2) continue;
                if (!rows.SequenceEqual(Enumerable.Range(0, rows.Count).Select(row => $"{row}")))
                    return $"--freeze takes rows from the first: {rows.Count} for as many, not {string.Join(' ', rows)}.";
                words.RemoveRange(place + 1, rows.Count);
                words.Insert(place + 1, $"{rows.Count}");
            }
            else if (words[place] == "--device" && int.TryParse(words[place + 1], out _)) words[place + 1] = $"cuda:{words[place + 1]}";
        }

        var cache = words.IndexOf("--cache");
        if (cache > 0 && (cache == words.Count - 1 || words[cache + 1].StartsWith('-'))) words.Insert(cache + 1, "ram");
        return null;

        void Remove(string name)
        {
            var at = words.IndexOf(name);
            if (at > 0 && at < words.Count - 1 && words[at + 1].Length == 0) words.RemoveRange(at, 2);
        }
    }

    private static bool IsYaml(string word) => Path.GetExtension(word).ToUpperInvariant() is ".YAML" or ".YML";

    private static (string Name, string? Value) Split(string word) =>
        word.StartsWith("--", StringComparison.Ordinal) && word.IndexOf('=', StringComparison.Ordinal) is var equals and > 0
            ? (word[..equals], word[(equals + 1)..]) : (word, null);
}
