using Espalier.Tests;

namespace Espalier.Server.Tests;

/// <summary>The page in a real browser: it reads, corrects, compares and goes on when the server comes back; it complains of nothing and
/// goes nowhere else.</summary>
public sealed class PageTests
{
    private const string Done = "photos.length > 0 && photos.every(photo => photo.state === 'done')";

    [Fact]
    public async Task A_photo_is_read_corrected_by_keyboard_and_mouse_and_saved_for_training()
    {
        using var folder = new TemporaryFolder();
        await using var served = await Served.Start(new ServerOptions { Corrections = folder.File("corrected") });
        await using var page = await Chromium.Open(served.Server.Address + "/");
        File.WriteAllBytes(folder.File("house.png"), Served.Photo());

        await page.Choose(folder.File("house.png"));
        await page.Until(Done);
        var read = await Served.Json(await served.Client.PostAsync("/read", Served.Body(Served.Photo())));
        Assert.Equal((string?)read["pictures"]![0]!["numbers"]![0]!["text"], (string?)await page.Evaluate("$('number').textContent"));
        Assert.Contains("curl --data-binary \"@house.png\"", (string?)await page.Evaluate("$('curl').textContent"),
            StringComparison.Ordinal);

        await page.Press("e");
        await page.Evaluate("editing.boxes.splice(0), choose(-1)");
        var corner = (await page.Evaluate("(() => { const frame = $('boxes').getBoundingClientRect(); return [frame.left, frame.top, "
            + "frame.width]; })()"))!.AsArray().Select(number => (double)number!).ToArray();
        var pixel = corner[2] / 64;
        await page.Drag(corner[0] + (8 * pixel), corner[1] + (16 * pixel), corner[0] + (24 * pixel), corner[1] + (48 * pixel));
        await page.Press("7");
        await page.Press("ArrowRight");
        Assert.Equal("7", (string?)await page.Evaluate("$('retype').value"));
        await page.Evaluate("$('save').click()");
        await page.Until("$('saved').textContent.startsWith('Saved: 1 photo')");

        var label = File.ReadAllText(Assert.Single(Directory.GetFiles(folder.File("corrected", "labels", "train")))).Split(' ')
            .Select(number => double.Parse(number, System.Globalization.CultureInfo.InvariantCulture)).ToArray();
        Assert.Equal(7, label[0]);
        Assert.All(label[1..].Zip([17 / 64.0, 0.5, 0.25, 0.5]), pair => Assert.Equal(pair.Second, pair.First, 0.01));
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task Retyping_gives_boxes_other_names_or_splits_the_whole()
    {
        using var folder = new TemporaryFolder();
        await using var served = await Served.Start(new ServerOptions { Corrections = folder.File("corrected") });
        await using var page = await Chromium.Open(served.Server.Address + "/", 390, 844, dark: true);
        File.WriteAllBytes(folder.File("house.png"), Served.Photo());
        await page.Choose(folder.File("house.png"));
        await page.Until(Done);

        await page.Evaluate("edit(), editing.boxes = [{ name: '1', box: [10, 10, 20, 40] }, { name: '2', box: [30, 12, 40, 40] }], "
            + "retype('98')");
        Assert.Equal("""[["9",[10,10,20,40]],["8",[30,12,40,40]]]""",
            (string?)await page.Evaluate("JSON.stringify(editing.boxes.map(one => [one.name, one.box]))"));
        await page.Evaluate("retype('123')");
        Assert.Equal("""[["1",[10,10,20,40]],["2",[20,10,30,40]],["3",[30,10,40,40]]]""",
            (string?)await page.Evaluate("JSON.stringify(editing.boxes.map(one => [one.name, one.box]))"));
        Assert.True((bool)(await page.Evaluate("document.documentElement.scrollWidth <= innerWidth"))!, "wider than a phone");
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task A_touch_that_the_system_takes_away_and_a_second_finger_move_no_box()
    {
        using var folder = new TemporaryFolder();
        await using var served = await Served.Start(new ServerOptions { Corrections = folder.File("corrected") });
        await using var page = await Chromium.Open(served.Server.Address + "/", 390, 844);
        File.WriteAllBytes(folder.File("house.png"), Served.Photo());
        await page.Choose(folder.File("house.png"));
        await page.Until(Done);
        await page.Evaluate("edit(), editing.boxes = [{ name: '1', box: [10, 10, 30, 40] }], choose(0), window.touch = (type, target, x, "
            + "id) => target.dispatchEvent(new PointerEvent(type, { bubbles: true, cancelable: true, pointerType: 'touch', pointerId: id, "
            + "isPrimary: id === 1, clientX: x, clientY: 0 })), window.box = () => $('boxes').querySelector('rect.edge'), 0");

        await page.Evaluate("touch('pointerdown', box(), 100, 1), touch('pointermove', window, 200, 2), "
            + "touch('pointerdown', $('boxes'), 200, 2), touch('pointercancel', window, 100, 1), touch('pointermove', window, 200, 1)");

        Assert.Equal("[[10,10,30,40]]", (string?)await page.Evaluate("JSON.stringify(editing.boxes.map(one => one.box))"));
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task A_photo_that_is_saved_late_does_not_end_the_correcting_of_the_next()
    {
        using var folder = new TemporaryFolder();
        await using var served = await Served.Start(new ServerOptions { Corrections = folder.File("corrected") });
        await using var page = await Chromium.Open(served.Server.Address + "/");
        File.WriteAllBytes(folder.File("one.png"), Served.Photo());
        File.WriteAllBytes(folder.File("two.png"), Served.Photo(2));
        await page.Choose(folder.File("one.png"), folder.File("two.png"));
        await page.Until(Done);

        await page.Evaluate("(() => { const ask = call; call = async (...all) => { await pause(300); return ask(...all); }; "
            + "show(0); edit(); void save(); show(1); edit(); })()");
        await page.Until("photos[0].saved && !$('save').disabled");

        Assert.True((bool)(await page.Evaluate("editing !== null && $('saved').textContent === ''"))!);
        await page.Evaluate("leave(), show(0)");
        Assert.StartsWith("Saved: 1 photo", (string?)await page.Evaluate("$('saved').textContent") ?? "", StringComparison.Ordinal);
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task Several_photos_stand_side_by_side_and_become_a_table_and_a_bad_one_says_so()
    {
        using var folder = new TemporaryFolder();
        await using var served = await Served.Start();
        await using var page = await Chromium.Open(served.Server.Address + "/");
        File.WriteAllBytes(folder.File("one.png"), Served.Photo());
        File.WriteAllBytes(folder.File("=two, too.png"), Served.Photo(2));
        File.WriteAllText(folder.File("three.png"), "no picture");

        await page.Choose(folder.File("one.png"), folder.File("=two, too.png"), folder.File("three.png"));
        await page.Until(Done);

        Assert.Equal(3, (int)(await page.Evaluate("$('strip').children.length"))!);
        await page.Press("ArrowRight");
        await page.Press("ArrowRight");
        Assert.Equal("The picture is not a PNG, JPEG, WebP, BMP or TIFF file.", (string?)await page.Evaluate("$('under').textContent"));
        Assert.True((bool)(await page.Evaluate("$('edit').hidden"))!);
        Assert.StartsWith("\"'=two, too.png\",", (string?)await page.Evaluate("csvText().split('\\n').find(line => line.includes('two'))")
            ?? "", StringComparison.Ordinal);
        await page.Evaluate("photos[0].name = '\\t=a\\rb', photos[0].numbers[0].accepted = false, show(0)");
        Assert.StartsWith("Too doubtful to count as read: a best guess, ", (string?)await page.Evaluate("$('under').textContent") ?? "",
            StringComparison.Ordinal);
        Assert.Equal("best guess", (string?)await page.Evaluate("$('strip').querySelector('small').textContent"));
        Assert.Equal("picture,number,confidence,left,top,right,bottom,accepted",
            (string?)await page.Evaluate("csvText().split('\\n')[0]"));
        Assert.EndsWith(",no", (string?)await page.Evaluate("csvText().split('\\n')[1]") ?? "", StringComparison.Ordinal);
        Assert.StartsWith("\"'\t=a\rb\",", (string?)await page.Evaluate("csvText().split('\\n')[1]") ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_photo_whose_file_changed_since_says_so_instead_of_waiting_for_the_server()
    {
        using var folder = new TemporaryFolder();
        await using var served = await Served.Start(new ServerOptions { Corrections = folder.File("corrected") });
        await using var page = await Chromium.Open(served.Server.Address + "/");
        File.WriteAllBytes(folder.File("house.png"), Served.Photo());
        File.SetLastWriteTimeUtc(folder.File("house.png"), DateTime.UtcNow.AddHours(-1)); // Browsers compare whole seconds.
        await page.Choose(folder.File("house.png"));
        await page.Until(Done);

        File.WriteAllBytes(folder.File("house.png"), Served.Photo(2, 80, 80));
        await page.Evaluate("edit(), void save()");
        await page.Until("$('notice').textContent.includes('cannot be read any more')");
        await page.Evaluate("again()");
        await page.Until(Done);

        Assert.StartsWith("The photo cannot be read any more: ", (string?)await page.Evaluate("$('under').textContent") ?? "",
            StringComparison.Ordinal);
        Assert.True((bool)(await page.Evaluate("$('edit').closest('#acts').hidden"))!);
    }

    [Fact]
    public async Task The_camera_takes_a_photo()
    {
        await using var served = await Served.Start();
        await using var page = await Chromium.Open(served.Server.Address + "/");
        await page.Evaluate("(() => { const media = navigator.mediaDevices, get = media.getUserMedia.bind(media); window.streams = []; "
            + "media.getUserMedia = async wish => { const stream = await get(wish); streams.push(stream); return stream; }; "
            + "void camera(); void camera(); })()");
        await page.Until("streams.length === 2 && $('camera').open && $('camera').querySelector('video').videoWidth > 0");
        await page.Evaluate("$('camera').querySelector('[value=take]').click()");
        await page.Until(Done);
        Assert.Equal("camera-1.jpg", (string?)await page.Evaluate("photos[0].name"));
        Assert.True((bool)(await page.Evaluate(
            "streams.every(stream => stream.getTracks().every(track => track.readyState === 'ended'))"))!);
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task A_server_with_a_key_is_asked_with_it_and_one_that_is_away_is_waited_for()
    {
        var served = await Served.Start(new ServerOptions { ApiKey = "s3cret" });
        await using var page = await Chromium.Open(served.Server.Address + "/", ready: "$('ask').open");
        await page.Evaluate("$('key').value = 's3cret', $('ask').querySelector('button').click()");
        await page.Until("offer.models.length > 0");
        var port = new Uri(served.Server.Address).Port;
        await served.DisposeAsync();

        await page.Evaluate("void call('models').then(answer => { window.back = answer; })");
        await page.Until("!$('notice').hidden");
        Assert.Equal("The server does not answer. Trying again …", (string?)await page.Evaluate("$('notice').textContent.trim()"));
        await using var again = await EspalierServer.Start(
            new ServerOptions { Models = [ModelSource.Of("digits", () => Served.Digits)], Port = port });
        await page.Until("window.back && $('notice').hidden");
    }
}
