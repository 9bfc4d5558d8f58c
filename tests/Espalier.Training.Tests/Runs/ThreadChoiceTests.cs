using Espalier.Training.Loops;
using Espalier.Training.Native;
using Espalier.Training.Tests.Runs;

namespace Espalier.Tests.Runs;

/// <summary>How many threads a training takes where nobody says it, beside programs that keep processors busy.</summary>
public class ThreadChoiceTests
{
    [Theory]
    [InlineData(2, 2, 0)]
    [InlineData(2, 1.8, 0)]
    [InlineData(2, 1.4, 1)]
    [InlineData(2, 0.6, 1)]
    [InlineData(8, 7.4, 7)]
    [InlineData(8, 3.1, 3)]
    public void Processors_that_others_keep_busy_get_no_thread(int own, double granted, int expected)
    {
        var notes = new List<string>();

        Assert.Equal(expected, ThreadChoice.Make(0, own, threads => threads == own ? granted : double.NaN, notes.Add));
        Assert.Equal(expected > 0, notes.Count == 1);
    }

    [Fact]
    public void What_is_taken_is_said_and_how_to_take_all()
    {
        var notes = new List<string>();

        ThreadChoice.Make(0, 4, _ => 2.6, notes.Add);

        Assert.Equal(
            ["Threads 2 instead of 4: other programs leave this one the time of 2.6 processors, and threads that share one hold all others "
                + "up (--threads 4 takes them all the same)"], notes);
    }

    [Theory]
    [InlineData(3, 4)]
    [InlineData(0, 1)]
    public void A_number_that_was_given_and_a_single_thread_need_no_look(int asked, int own) =>
        Assert.Equal(asked, ThreadChoice.Make(asked, own, _ => throw new InvalidOperationException("no look was needed"), _ => { }));

    [Fact]
    public void A_run_keeps_the_number_that_it_began_with()
    {
        Assert.SkipUnless(Devices.OwnThreads > 1, "this process may use one processor alone");
        using var small = new SmallRun();
        var context = new TrainingContext { GrantedTime = _ => 1 };

        using var session = TrainingSession.Create(small.Options with { Threads = 0 }, small.Project, "busy", context);

        Assert.Equal((1, 1, 0), (session.Threads, session.StartState.Threads, session.Options.Threads));
    }
}
