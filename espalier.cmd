@echo off
rem Runs the espalier command from any folder; builds it first where needed.
dotnet build "%~dp0src\Espalier.Cli" --configuration Release --verbosity quiet --nologo 1>&2 || exit /b 1
set "ESPALIER_COMMAND=%~0"
dotnet "%~dp0src\Espalier.Cli\bin\Release\net10.0\espalier.dll" %*
