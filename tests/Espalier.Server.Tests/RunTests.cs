using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using Espalier.Core.LiveRuns;
using Espalier.Server.Runs;
using Espalier.Tests;

namespace Espalier.Server.Tests;

/// <summary>The live view: what a folder of runs tells, and what can be wanted of a training.</summary>
public sealed class RunTests
{
    private const string Results =
        "epoch,train/box_loss,train/obj_loss,train/cls_loss,metrics/precision,metrics/recall,metrics/mAP_0.5,metrics/mAP_0.5:0.95,"
        + "val/box_loss,val/obj_loss,val/cls_loss,x/lr0,x/lr1,x/lr2,time/train_seconds,"
            + "time/val_seconds,time/pictures_per_second,memory/resident_mb\n"
        + "0,0.08,0.02,0.03,0.5,0.4,0.45,0.2,0.07,0.02,0.03,0.01,0.01,0.01,12,1,100,900\n"
        + "1,0.06,0.02,0.02,0.6,0.5,0.55,0.3,0.06,0.02,0.03,0.008,0.008,0.008,12,1,100,900\n";

    [Fact]
    public async Task Runs_are_told_with_what_they_do_and_dead_ones_with_how_to_go_on()
    {
        using var folder = new TemporaryFolder();
        Training(folder, "runs/train", Progress());
        Training(folder, "runs/deep/train2", Progress() with { Process = int.MaxValue });
        Write(folder, "runs/deep/train2/weights/last.safetensors", "");
        Training(folder, "runs/old", null);
        Write(folder, "runs/prune/sweep.csv", "asked,operations,mAP50_batch_norms,command\n0.5,0.52,0.8,\"espalier prune a, b\"\n");
        Write(folder, "elsewhere/options.yaml", "");
        await using var served = await Watch(folder);

        var runs = (await Served.Json(await served.Client.GetAsync("/runs"))).AsArray();
        Assert.Equal(["deep/train2", "old", "prune", "train"], runs.Select(run => (string)run!["id"]!).Order(StringComparer.Ordinal));
        var live = runs.Single(run => (string)run!["id"]! == "train")!;
        Assert.Equal(("training", "training", 2, 5, 0.55),
            ((string)live["kind"]!, (string)live["state"]!, (int)live["epoch"]!, (int)live["epochs"]!, (double)live["best"]!));
        Assert.Null(runs.Single(run => (string)run!["id"]! == "old")!["state"]);

        var dead = await Detail(served, "deep/train2");
        Assert.Equal("dead", (string)dead["entry"]!["state"]!);
        Assert.Equal($"espalier train --resume {folder.File("runs", "deep", "train2")}", (string)dead["resume"]!);
        Assert.Null((await Detail(served, "train"))["resume"]);
        var sweep = await Detail(served, "prune");
        Assert.Equal("espalier prune a, b", (string)sweep["rows"]![0]![3]!);
    }

    [Fact]
    public async Task A_run_is_told_as_it_grows_and_no_longer_when_it_is_gone()
    {
        using var folder = new TemporaryFolder();
        Training(folder, "runs/train", Progress());
        await using var served = await Watch(folder);
        Assert.Equal(2, (await Detail(served, "train"))["rows"]!.AsArray().Count);
        await served.Client.GetAsync("/runs");

        File.AppendAllText(folder.File("runs", "train", "results.csv"),
            "2,0.05,0.02,0.02,0.6,0.5,0.65,0.3,0.06,0.02,0.03,0.008,0.008,0.008,12,1,100,900\n");
        Assert.Equal(3, (await Detail(served, "train"))["rows"]!.AsArray().Count);
        Training(folder, "runs/later", null);
        Assert.Equal("later", (string)(await Detail(served, "later"))["entry"]!["id"]!);

        Directory.Delete(folder.File("runs", "train"), recursive: true);
        Assert.Equal(HttpStatusCode.NotFound, (await served.Client.GetAsync("/runs/detail?id=train")).StatusCode);
        Assert.Equal("later", (string)Assert.Single((await Served.Json(await served.Client.GetAsync("/runs"))).AsArray())!["id"]!);
    }

    [Fact]
    public void The_table_of_a_run_that_is_gone_is_not_kept()
    {
        using var folder = new TemporaryFolder();
        Training(folder, "runs/train", null);
        var shelf = new RunShelf(folder.File("runs"));
        var rows = Rows(shelf);
        Directory.Delete(folder.File("runs", "train"), recursive: true);

        Assert.Empty(shelf.List(DateTime.UtcNow));
        GC.Collect();

        Assert.False(rows.IsAlive);
        GC.KeepAlive(shelf);

        // In a call of its own: a local of this method would keep them.
        [MethodImpl(MethodImplOptions.NoInlining)]
        static WeakReference Rows(RunShelf shelf) => new(shelf.Find("train", DateTime.UtcNow)!.Rows);
    }

    [Theory]
    [InlineData("val_batch0_pred.png", "image/png")]
    [InlineData("DRAWN.PNG", "image/png")]
    [InlineData("DRAWN.JPG", "image/jpeg")]
    public async Task Pictures_are_sent_as_what_they_are(string name, string type)
    {
        using var folder = new TemporaryFolder();
        Training(folder, "runs/train", null);
        Write(folder, $"runs/train/{name}", "");
        await using var served = await Watch(folder);

        var answer = await served.Client.GetAsync($"/runs/picture?id=train&name={name}");

        Assert.Equal(type, answer.Content.Headers.ContentType?.MediaType);
    }

    [Theory]
    [InlineData("../elsewhere")]
    [InlineData("train/../../elsewhere")]
    [InlineData("")]
    [InlineData("no such")]
    public async Task No_name_leads_outside_the_folder(string id)
    {
        using var folder = new TemporaryFolder();
        Training(folder, "runs/train", null);
        Write(folder, "elsewhere/options.yaml", "");
        Write(folder, "elsewhere/secret.png", "");
        await using var served = await Watch(folder);

        Assert.Equal(HttpStatusCode.NotFound, (await served.Client.GetAsync($"/runs/detail?id={Uri.EscapeDataString(id)}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await served.Client.GetAsync($"/runs/picture?id={Uri.EscapeDataString(id)}&name=secret.png"))
            .StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await Control(served, id, "{}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await served.Client.GetAsync("/runs/picture?id=train&name=..%2F..%2Felsewhere%2Fsecret.png"))
            .StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await served.Client.GetAsync("/runs/picture?id=train&name=options.yaml")).StatusCode);
    }

    [Fact]
    public async Task What_is_wanted_of_a_training_lies_in_its_folder()
    {
        using var folder = new TemporaryFolder();
        Training(folder, "runs/train", Progress());
        await using var served = await Watch(folder);

        var answer = await Served.Json(await Control(served, "train", """{"stop": true, "epochs": 9}"""));

        Assert.True((bool)answer["wish"]!["stop"]!);
        Assert.Equal(new RunControl { Stop = true, Epochs = 9 }, RunControl.Read(folder.File("runs", "train")));
        Assert.Equal(HttpStatusCode.OK, (await Control(served, "train", "{}")).StatusCode);
        Assert.False(File.Exists(folder.File("runs", "train", RunControl.FileName)));
    }

    [Theory]
    [InlineData("""{"epochs": 0}""")]
    [InlineData("""{"patience": -1}""")]
    [InlineData("""{"lr0": 1}""")]
    [InlineData("""{"epochs": 1e99}""")]
    [InlineData("null")]
    [InlineData("")]
    public async Task What_no_training_understands_is_refused(string body)
    {
        using var folder = new TemporaryFolder();
        Training(folder, "runs/train", Progress());
        await using var served = await Watch(folder);

        var answer = await Control(served, "train", body);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.False(File.Exists(folder.File("runs", "train", RunControl.FileName)));
    }

    [Fact]
    public async Task What_the_system_refuses_is_answered_in_words_and_logged()
    {
        using var folder = new TemporaryFolder();
        Training(folder, "runs/train", Progress());
        Directory.CreateDirectory(folder.File("runs", "train", RunControl.FileName)); // No file that could be taken away.
        var said = new List<string>();
        await using var served = await Served.Start(new ServerOptions { Runs = folder.File("runs") }, said.Add);

        var answer = await Control(served, "train", "{}");

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Equal("The server could not do this; its log says why.", (string?)(await Served.Json(answer))["detail"]);
        Assert.Contains(said, note => note.StartsWith("A request failed: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Other_sites_steer_nothing()
    {
        using var folder = new TemporaryFolder();
        Training(folder, "runs/train", Progress());
        await using var served = await Watch(folder);
        served.Client.DefaultRequestHeaders.Add("Sec-Fetch-Site", "cross-site");

        Assert.Equal(HttpStatusCode.Forbidden, (await Control(served, "train", """{"stop": true}""")).StatusCode);
    }

    [Fact]
    public async Task Without_a_folder_of_runs_there_is_no_live_view()
    {
        await using var served = await Served.Start();

        Assert.Equal(HttpStatusCode.NotFound, (await served.Client.GetAsync("/watch")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await served.Client.GetAsync("/runs")).StatusCode);
    }

    [Fact]
    public async Task The_page_follows_a_run_and_steers_it()
    {
        using var folder = new TemporaryFolder();
        Training(folder, "runs/train", Progress());
        Training(folder, "runs/other", null);
        File.WriteAllBytes(folder.File("runs", "train", "val_batch0_pred.png"), Served.Photo());
        await using var served = await Watch(folder);
        await using var page = await Chromium.Open(served.Server.Address + "/watch#train", ready: "detail && detail.entry.id === 'train'");

        await page.Until("$('charts').childElementCount === 6 && $('pictures').querySelector('img').naturalWidth === 64");
        Assert.Equal("2 of 5", (string?)await page.Evaluate("$('figures').querySelector('dd').textContent"));
        await page.Evaluate("window.first = $('pictures').querySelector('img').src, window.gone = [], "
            + "URL.revokeObjectURL = address => gone.push(address), 0");
        Training(folder, "runs/train", Progress() with { Epoch = 2 });
        File.AppendAllText(folder.File("runs", "train", "results.csv"), Results.Split('\n')[2]
            .Replace("1,0.06", "2,0.05", StringComparison.Ordinal) + "\n");
        await page.Until("$('figures').querySelector('dd').textContent === '3 of 5' && $('table').tBodies[0].rows.length === 3");
        await page.Until("gone.includes(first) && $('pictures').querySelector('img').naturalWidth === 64");

        await page.Evaluate("$('epochs').value = 8, $('control').requestSubmit()");
        await page.Until("$('wish').textContent.startsWith('It takes this in')");
        await page.Evaluate("$('stop').click()");
        await page.Until("$('stop').textContent === 'Go on after all'");
        Assert.Equal(new RunControl { Stop = true, Epochs = 8, Patience = 10 }, RunControl.Read(folder.File("runs", "train")));
        await page.Evaluate("$('beside').value = 'other', $('beside').dispatchEvent(new Event('change'))");
        await page.Until("$('charts').querySelectorAll('path.other').length > 0");
        Assert.True((bool)(await page.Evaluate("document.documentElement.scrollWidth <= innerWidth"))!);
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task An_answer_that_comes_when_another_run_is_chosen_is_not_taken_for_that_one_s()
    {
        using var folder = new TemporaryFolder();
        Training(folder, "runs/train", null);
        Training(folder, "runs/other", null);
        Write(folder, "runs/other/results.csv", "epoch,metrics/mAP_0.5,metrics/mAP_0.5:0.95\n0,0.8,0.5\n1,0.9,0.6\n");
        await using var served = await Watch(folder);
        await using var page = await Chromium.Open(served.Server.Address + "/watch#train", ready: "detail && detail.entry.id === 'train'");

        await page.Evaluate("(() => { const ask = call; call = async (path, options) => { const answer = await ask(path, options); "
            + "if (path.endsWith('id=train')) { window.waits = true; await pause(1000); } return answer; }; })()");
        await page.Until("window.waits");
        await page.Evaluate("choose('other')");
        await page.Until("$('name').textContent === 'other' && $('table').tHead.rows[0].cells.length === 3");

        Assert.Equal(1, (int)(await page.Evaluate("$('charts').childElementCount"))!);
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task With_a_key_the_page_asks_once_and_leads_to_the_photos()
    {
        using var folder = new TemporaryFolder();
        Training(folder, "runs/train", null);
        await using var served = await Served.Start(new ServerOptions { Runs = folder.File("runs"), ApiKey = "s3cret" });
        await using var page = await Chromium.Open(served.Server.Address + "/watch", ready: "$('ask').open");

        await page.Evaluate("$('key').value = 's3cret', $('ask').querySelector('button').click()");

        await page.Until("detail && !$('home').hidden && !$('ask').open");
    }

    [Fact]
    public async Task A_point_of_a_sweep_gives_the_command_that_makes_it()
    {
        using var folder = new TemporaryFolder();
        Write(folder, "runs/prune/sweep.csv", "asked,operations,parameters,mAP50_cut,mAP50_constants,mAP50_batch_norms,command\n"
            + "0.9,0.9,100,0.8,0.81,0.82,espalier prune a --keep-flops 0.9\n0.5,0.5,50,0.3,0.5,0.6,espalier prune a --keep-flops 0.5\n");
        await using var served = await Watch(folder);
        await using var page = await Chromium.Open(served.Server.Address + "/watch", 390, 844, dark: true, ready: "detail");

        await page.Until("$('charts').querySelectorAll('circle').length === 2");
        await page.Evaluate("$('charts').querySelectorAll('circle')[1].dispatchEvent(new MouseEvent('click'))");
        Assert.Equal("espalier prune a --keep-flops 0.5", (string?)await page.Evaluate("$('command').textContent"));
        Assert.True((bool)(await page.Evaluate("document.documentElement.scrollWidth <= innerWidth"))!, "wider than a phone");
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task Points_of_an_experiment_are_of_the_split_that_decides()
    {
        using var folder = new TemporaryFolder();
        Write(folder, "runs/svhn/report.csv", "model,split,gflops,ms_a_picture,mAP50\n"
            + "dense,val,0.26,2.6,0.93\ndense,photos,0.26,2.6,0.75\nthin,val,0.13,1.6,0.92\nthin,photos,0.13,1.6,0.73\n");
        await using var served = await Watch(folder);
        await using var page = await Chromium.Open(served.Server.Address + "/watch", ready: "detail");

        await page.Until("$('charts').querySelectorAll('circle').length === 4");
        Assert.Equal("mAP50 on val over GFLOPs", (string?)await page.Evaluate("$('charts').querySelectorAll('figcaption')[1].textContent"));
        await page.Evaluate("$('charts').querySelectorAll('circle')[3].dispatchEvent(new MouseEvent('click'))");
        Assert.StartsWith("model: thin\nsplit: val\n", (string?)await page.Evaluate("$('command').textContent"), StringComparison.Ordinal);
        Assert.Empty(page.Complaints);
    }

    [Theory]
    [InlineData("a,b\n1,2\n", "1|2")]
    [InlineData("a,b\r\n1,\"x, \"\"y\"\"\"\r\n", "1|x, \"y\"")]
    [InlineData("a,b\n1,2,3\n4,5", "4|5")]
    [InlineData("a,b\n", "")]
    public void Tables_are_read_as_they_are_written(string text, string first) =>
        Assert.Equal(first, string.Join('|', CsvTable.Parse(text).Rows is [var row, ..] ? row : []));

    private static void Write(TemporaryFolder folder, string name, string text)
    {
        var path = folder.File(name.Split('/'));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private static Task<Served> Watch(TemporaryFolder folder) =>
        Served.Start(new ServerOptions { Models = [ModelSource.Of("digits", () => Served.Digits)], Runs = folder.File("runs") });

    private static void Training(TemporaryFolder folder, string name, RunProgress? progress)
    {
        Write(folder, $"{name}/options.yaml", "epochs: 5\n");
        Write(folder, $"{name}/results.csv", Results);
        progress?.Write(folder.File(name.Split('/')));
    }

    private static RunProgress Progress() => new()
    {
        Process = Environment.ProcessId,
        Began = System.Diagnostics.Process.GetCurrentProcess().StartTime.ToUniversalTime(),
        Machine = Environment.MachineName,
        Written = DateTime.UtcNow,
        Phase = RunPhase.Training,
        Epoch = 1,
        Epochs = 5,
        Patience = 10,
        Batch = 3,
        Batches = 10,
        Losses = [0.05, 0.02, 0.01],
        PicturesPerSecond = 123,
        SecondsLeft = 61,
        ResidentBytes = 1 << 30,
    };

    private static async Task<JsonNode> Detail(Served served, string id) =>
        await Served.Json(await served.Client.GetAsync($"/runs/detail?id={Uri.EscapeDataString(id)}"));

    private static Task<HttpResponseMessage> Control(Served served, string id, string body) =>
        served.Client.PostAsync($"/runs/control?id={Uri.EscapeDataString(id)}", new StringContent(body, Encoding.UTF8, "application/json"));
}
