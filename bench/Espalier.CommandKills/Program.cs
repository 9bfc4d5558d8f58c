using System.Globalization;
using Espalier.CommandKills;

const int MostKills = 1_000_000;

if (args is not [var command, var text, var folder]
    || !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var kills) || kills is < 1 or > MostKills)
{
    Console.Error.WriteLine("Usage: Espalier.CommandKills COMMAND COUNT FOLDER     kills COUNT processes of the espalier command, 1 to "
        + $"{MostKills}, in FOLDER, which is not there yet");
    return 2;
}

if (Path.Exists(folder))
{
    Console.Error.WriteLine($"{folder} is there already; choose another place.");
    return 2;
}

var rows = KillCampaign.Run(Path.GetFullPath(command), Path.GetFullPath(folder), kills, seed: 1, lanes: 2, Console.Error.WriteLine);
var all = rows.Aggregate((first, second) => first + second) with { Command = "all" };
Console.WriteLine(KillRow.Head);
foreach (var row in rows.Append(all)) Console.WriteLine(row);
foreach (var problem in all.Problems) Console.Error.WriteLine(problem);
return all.Problems.Count == 0 ? 0 : 1;
