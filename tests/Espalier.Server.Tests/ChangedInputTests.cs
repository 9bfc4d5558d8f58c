using Espalier.Fuzzing;

namespace Espalier.Server.Tests;

/// <summary>Every reader of files and texts, those of the server among them, on some changed inputs; the command tries a million.</summary>
public sealed class ChangedInputTests
{
    // Whichever comes first: on a busy machine some readers try fewer.
    private static readonly CampaignLimit Short = new(2000, TimeSpan.FromSeconds(1));

    public static TheoryData<string> Names => [.. Readers.All.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Changed_inputs_are_taken_or_refused_in_a_sentence(string name)
    {
        var report = new Campaign(Readers.All.Single(target => target.Name == name), seed: 2, Path.GetTempPath()).Run(Short);

        Assert.True(report.IsClean, $"{report}");
    }
}
