Get-ADFSRelyingPartyTrust -Name "CausewayProd" | Select-Object -ExpandProperty IssuanceTransformRules | Out-File "$env:USERPROFILE\desktop\claimrulesbackup.txt"
Set-ADFSRelyingPartyTrust -Name "CausewayProd" `
  -MetadataUrl "<metadata>" `
  -AutoUpdateEnabled $True `
  -IssuanceTransformRulesFile "$env:USERPROFILE\desktop\claimrules.txt" `
  -SignedSamlRequestsRequired $True `
  -SamlResponseSignature "MessageAndAssertion" `
  -Enabled $True
Get-ADFSRelyingPartyTrust -Name "CausewayProd"
