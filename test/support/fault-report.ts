/** For specs: a command that begins a case, whoever's and wherever it be. */
export const faultReport = {
  type: 'ReportFault',
  siteName: '青岛农场',
  contact: { name: '王', phone: '13900001111' },
  address: '一路 1 号',
  region: 'shandong',
  faultDescription: 'header drive',
} as const;
