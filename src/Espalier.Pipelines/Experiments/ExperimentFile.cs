using Espalier.Core;
using Espalier.Core.Options;
using Espalier.Datasets.Streets;
using Espalier.Networks;
using Espalier.Pipelines.Pruning;
using Espalier.Streets;
using Espalier.Training.Runs;
using Espalier.Training.Sparsity;

namespace Espalier.Pipelines.Experiments;

/// <summary>
/// An experiment as a YAML file. At its outermost level stand the data and what all trainings share; <c>dense</c>, <c>sparse</c> and
/// <c>fine_tune</c> say what each training does differently, <c>prune</c> what is cut, <c>expect</c> what should come of it. See
/// <c>docs/experiments.md</c>.
/// </summary>
public static class ExperimentFile
{
    /// <summary>Reads one.</summary>
    /// <param name="path">The file.</param>
    /// <param name="data">Another <c>data.yaml</c> than the file names; null for its own.</param>
    /// <param name="streetFolder">Where a street is drawn, for an experiment's name.</param>
    /// <param name="note">Told of hyper-parameters that have no effect here.</param>
    /// <exception cref="EspalierException">The file cannot be read, or something in it is unknown,
    /// missing or outside its range.</exception>
    public static ExperimentPlan Read(string path, string? data, Func<string, string> streetFolder, Action<string>? note = null)
    {
        ArgumentNullException.ThrowIfNull(streetFolder);
        if (!File.Exists(path)) throw new EspalierException($"There is no file '{path}'.");
        var file = YamlSection.Read(path);
        RefuseUnknownNames(file);
        var name = file.Text("name") ?? Path.GetFileNameWithoutExtension(path);
        if (name.AsSpan().IndexOfAny(Path.GetInvalidFileNameChars()) >= 0 || name is "." or "..")
            throw new EspalierException($"{file.Place("name")}: name must be the name of a folder, not '{name}'.");
        var street = file.Section("street") is { } section ? Street(section, data) : null;
        var expect = file.Section("expect");
        if (expect is not null && data is not null && file.Has("street"))
        {
            note?.Invoke($"{file.Place("expect")}: what is expected is of the street and not of '{data}'; nothing is checked at the end.");
            expect = null;
        }

        var own = file.Text("data");
        data ??= street is null
            ? own ?? throw new EspalierException($"{file.Place("data")}: an experiment needs data: a data.yaml, or a street to draw.")
            : Path.Combine(streetFolder(name), "data.yaml");
        if (street is not null && own is not null) throw new EspalierException($"{file.Place("data")}: give data or a street, not both.");
        var splits = file.Texts("splits") ?? ["val"];
        var paper = file.Flag("paper") ?? false;
        if (paper && street is not null)
            throw new EspalierException($"{file.Place("paper")}: the paper's figures are of SVHN and say nothing of a street.");

        var shared = Shared(file, data, splits[0], note);
        var dense = Training(file.Section("dense") ?? throw new EspalierException(
            $"{file.Place("dense")}: an experiment needs the section 'dense', the training of the baseline."), shared, Part.Dense, note);
        (TrainingOptions Options, bool Teacher)? sparse = file.Section("sparse") is { } sparsely
            ? Taught(sparsely, shared, Part.Sparse, teacher: false, note) : null;
        var (tuning, teacher) = Taught(file.Section("fine_tune") ?? throw new EspalierException($"{file.Place("fine_tune")}: an experiment "
            + $"needs the section 'fine_tune', the training after a cut."), shared, Part.FineTuning, teacher: true, note);
        var cutting = Cutting(file.Section("prune")
            ?? throw new EspalierException($"{file.Place("prune")}: an experiment needs the section 'prune'."), data);
        var plan = new ExperimentPlan
        {
            Name = name,
            Data = data,
            Street = street,
            Splits = splits,
            Dense = dense,
            Sparse = sparse?.Options,
            SparseTeacher = sparse?.Teacher ?? false,
            Cutting = cutting,
            FineTuning = tuning,
            Teacher = teacher,
            ComparesWithPaper = paper,
        };
        return expect is null ? plan : plan with { Expected = [.. Expected(expect, plan)] };
    }

    private static StreetPlan? Street(YamlSection section, string? data)
    {
        var fonts = section.Text("fonts") ?? StreetFonts.BuiltIn;
        var street = section.Read(StreetOptions.Table, new StreetOptions(), _ => true);
        var pictures = section.Read(StreetWriterOptions.Table, new StreetWriterOptions { Overwrite = true }, IsAnywhere);
        return data is null ? new StreetPlan(street with { Fonts = StreetFonts.Choose(fonts)?.Fonts ?? [] }, pictures) : null;
    }

    private static TrainingOptions Shared(YamlSection file, string data, string split, Action<string>? note) =>
        Recipe(file, new TrainingOptions { Data = data, ValidationSplit = split }, Part.Shared, note);

    /// <summary>A misspelt name is said before a value that is missing or wrong because of it.</summary>
    private static void RefuseUnknownNames(YamlSection file)
    {
        file.RefuseOthers(["name", "data", "street", "splits", "paper", "dense", "sparse", "prune", "fine_tune", "expect",
            .. RecipeNames(Part.Shared)]);
        file.Section("street")?.RefuseOthers(["fonts", .. Keys(StreetOptions.Table), .. Keys(StreetWriterOptions.Table.Where(IsAnywhere))]);
        file.Section("dense")?.RefuseOthers([.. RecipeNames(Part.Dense)]);
        file.Section("sparse")?.RefuseOthers(["teacher", .. RecipeNames(Part.Sparse)]);
        file.Section("prune")?.RefuseOthers(
            [.. Keys(PruneOptions.Table.Where(entry => IsAnywhere(entry) || entry.Section == nameof(PruningOptions.Target)))]);
        file.Section("fine_tune")?.RefuseOthers(["teacher", .. RecipeNames(Part.FineTuning)]);
    }

    private static IEnumerable<string> RecipeNames(Part part) =>
        ["hyp", "hyp_file", .. Keys(TrainingOptions.Table.Where(entry => IsOf(part, entry)))];

    private static IEnumerable<string> Keys(IEnumerable<OptionDescription> entries) => entries.Select(entry => entry.Key);

    private static bool IsAnywhere(OptionDescription entry) => entry.Section is null;

    /// <summary>What may stand beside all trainings as well as within one, and what may stand in one part alone.</summary>
    private static bool IsOf(Part part, OptionDescription entry) => entry.Section switch
    {
        null => true,
        nameof(TrainingOptions.Device) => part == Part.Shared,
        nameof(TrainingOptions.Weights) => part == Part.Dense,
        nameof(TrainingOptions.Sparsity) => part == Part.Sparse,
        nameof(TrainingOptions.Teacher) => part is Part.Sparse or Part.FineTuning,
        _ => false,
    };

    private static TrainingOptions Recipe(YamlSection section, TrainingOptions start, Part part, Action<string>? note)
    {
        var parameters = section.Text("hyp_file") is { } file ? HyperParameterFile.Read(file, note) : start.HyperParameters;
        if (section.Section("hyp") is { } hyp)
        {
            foreach (var name in hyp.Names) parameters = HyperParameterFile.With(parameters, name, hyp.Text(name)!, hyp.Place(name), note);
        }

        return section.Read(TrainingOptions.Table, start with { HyperParameters = parameters }, entry => IsOf(part, entry));
    }

    private static TrainingOptions Training(YamlSection section, TrainingOptions shared, Part part, Action<string>? note)
    {
        if (part != Part.Dense) shared = shared with { AutoAnchor = false };
        if (part == Part.Sparse) shared = shared with { Sparsity = new SparsityOptions { NearZeroShare = 0.5 } };
        var options = Recipe(section, shared, part, note);
        if (part == Part.Dense && options.Model is null && options.Weights is null) options = options with { Model = "yolov5n" };
        Validated(options, section);
        return options;
    }

    /// <summary>A training that the dense network may teach; <paramref name="teacher"/> where the file does not say.</summary>
    private static (TrainingOptions Options, bool Teacher) Taught(YamlSection section, TrainingOptions shared, Part part,
        bool teacher, Action<string>? note)
    {
        teacher = section.Flag("teacher") ?? teacher;

        // Which file that is, is known when it is trained.
        var options = Training(section, shared with { Teacher = teacher ? "dense" : null }, part, note);
        return (options with { Teacher = null }, teacher);
    }

    private static CuttingPlan Cutting(YamlSection section, string data)
    {
        var (by, targets) = (PruneOptions.Table.Find("--by")!,
            PruneOptions.Table.Where(entry => entry.Section == nameof(PruningOptions.Target) && entry.Name != "--by").ToList());
        var given = targets.Where(target => section.Has(target.Key)).ToList();
        if (given is not [var asked]) throw new EspalierException($"{section.Place(given.Count == 0 ? by.Key : given[1].Key)}: 'prune' "
            + $"needs one of {string.Join(", ", targets.Select(target => target.Key))}.");
        var start = new PruneOptions { Data = data };
        var wanted = section.Several(asked).Select(value => asked.Set(start, value).Target).OrderByDescending(target => target.Number);
        var options = section.Read(PruneOptions.Table, start, IsAnywhere);
        var plan = new CuttingPlan
        {
            Criteria = section.Words(by.Key, by.Words) ?? [start.Criterion],
            Targets = [.. asked.Key == "threshold" ? wanted.Reverse() : wanted],
            Options = options,
        };
        if (options.Steps > 1 && plan.Targets[0] is not KeepShare)
            throw new EspalierException($"{section.Place("steps")}: several steps go with a share to keep, not with {asked.Key}.");
        if (plan.Cuts().CountBy(cut => cut.Name).FirstOrDefault(count => count.Value > 1).Key is { } twice) throw new EspalierException(
            $"{section.Place(asked.Key)}: two cuts would be called {twice}; name each criterion and each target once.");
        return plan;
    }

    private static IEnumerable<Expectation> Expected(YamlSection section, ExperimentPlan plan)
    {
        string[] models = ["dense", .. plan.Sparse is null ? (string[])[] : ["sparse"], .. plan.Cutting.Cuts().Select(cut => cut.Name)];
        section.RefuseOthers(models);
        foreach (var model in section.Names)
        {
            if (section.Section(model) is not { } figures) continue;
            figures.RefuseOthers(Expectation.Figures);
            foreach (var figure in figures.Names)
            {
                var (value, tolerance) = figures.ValueAndTolerance(figure);
                yield return new Expectation(model, figure, value, tolerance);
            }
        }
    }

    private static void Validated(TrainingOptions options, YamlSection section)
    {
        try
        {
            options.HyperParameters.Validate();
            options.Sparsity?.Validate(options.HyperParameters.Optimization.Kind);
        }
        catch (OptionException exception)
        {
            throw new EspalierException($"{section.Place("hyp")}: {exception.Message}", exception);
        }
    }

    private enum Part
    {
        Shared,
        Dense,
        Sparse,
        FineTuning,
    }
}
