@echo off
rem Runs the espalier command from any folder; builds it first where needed. What a build says is of interest where it fails.
setlocal
set "command=%~dp0src\Espalier.Cli\bin\Release\net10.0\espalier.dll"
if not exist "%command%" echo building espalier (the first time: some minutes) ... 1>&2
set "said=%TEMP%\espalier-build-%RANDOM%.txt"
dotnet build "%~dp0src\Espalier.Cli" --configuration Release --verbosity quiet --nologo -p:RunAnalyzers=false > "%said%" 2>&1 || (
  type "%said%" 1>&2
  del "%said%"
  exit /b 1
)
del "%said%"
set "ESPALIER_COMMAND=%~0"
dotnet "%command%" %*
