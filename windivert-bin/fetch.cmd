@echo off
rem windivert-bin\fetch.cmd [ARCHIVE or FOLDER]: puts the official WinDivert.dll and WinDivert64.sys beside itself, if their SHA-256 is right.
rem Without an argument upstream's archive is downloaded. Uses curl, tar and certutil, which Windows 10 and later have. Exit code 0: they are here.
rem call: one of them may be a batch file of somebody's, which would not come back without.
setlocal
set "here=%~dp0"
set /p version=<"%here%VERSION"
set "archive=WinDivert-%version%-A"
set "scratch=%TEMP%\weir-fetch-%RANDOM%%RANDOM%"
mkdir "%scratch%"
if errorlevel 1 exit /b 1
set "from=%~1"
if not "%from%"=="" goto have
echo fetch: downloading %archive%.zip 1>&2
call curl --fail --location --silent --show-error --output "%scratch%\download.zip" "https://github.com/basil00/WinDivert/releases/download/v%version%/%archive%.zip"
if errorlevel 1 (
    echo fetch: the download failed; get %archive%.zip from https://reqrypt.org/windivert.html, then: fetch.cmd FILE 1>&2
    goto failed
)
set "from=%scratch%\download.zip"
:have
if exist "%from%\WinDivert.dll" goto folder
call tar -xf "%from%" -C "%scratch%"
if errorlevel 1 (
    echo fetch: %from% is no archive 1>&2
    goto failed
)
set "from=%scratch%\%archive%\x64"
:folder
call :check WinDivert.dll
if errorlevel 1 goto failed
call :check WinDivert64.sys
if errorlevel 1 goto failed
copy /y "%from%\WinDivert.dll" "%here%" >nul
if errorlevel 1 goto failed
copy /y "%from%\WinDivert64.sys" "%here%" >nul
if errorlevel 1 goto failed
rmdir /s /q "%scratch%"
echo fetch: WinDivert %version% is here, its SHA-256 right 1>&2
exit /b 0

:check
if not exist "%from%\%1" (
    echo fetch: %1 is not in %from%; nothing was changed 1>&2
    exit /b 1
)
set "wanted="
for /f "tokens=1,2" %%h in ('type "%here%SHA256SUMS"') do if "%%i"=="%1" set "wanted=%%h"
set "actual="
for /f "skip=1 tokens=1" %%h in ('certutil -hashfile "%from%\%1" SHA256') do if not defined actual set "actual=%%h"
if /i "%actual%"=="%wanted%" exit /b 0
echo fetch: the SHA-256 of %1 is %actual%, expected %wanted%; nothing was changed 1>&2
exit /b 1

:failed
rmdir /s /q "%scratch%"
exit /b 1
